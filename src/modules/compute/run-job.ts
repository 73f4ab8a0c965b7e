import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blobs } from '#kernel/blobs.ts';
import type { ComputeOptions } from './config.ts';
import type { JobOutput } from './entities.ts';
import { FeaturesError, featureRows } from './feature-rows.ts';
import type { Isolation, IsolationRun, IsolationSpec } from './isolation.ts';
import { createPredictionsCsv, predictionsName } from './predictions-csv.ts';
import { RowTooLong } from './row-session.ts';
import type { JobRow } from './store.ts';
import { limitsOf } from './submit.ts';

/** What came of one attempt at a job. */
export type Attempt =
  | { kind: 'ran'; run: IsolationRun; rowsAnswered: number | null; outputs: JobOutput[] }
  /** The table of features cannot be asked row by row. */
  | { kind: 'refused'; detail: string };

type Uses = { blobs: Blobs; isolation: Isolation; outputFolder: string };

/** Runs a job's program on its inputs, and stores what it gave. Rejects for faults of ours. */
export async function runJob(
  options: ComputeOptions,
  uses: Uses,
  row: JobRow,
  signal: AbortSignal,
): Promise<Attempt> {
  const { program, options: programOptions, limits, logs } = row.spec;
  const files = await Promise.all(
    program.files.map(async ({ path, digest }) => {
      return { path, digest, source: await uses.blobs.path(digest) };
    }),
  );
  const spec: Omit<IsolationSpec, 'mode'> = {
    environment: row.environment,
    program: { files, entry: program.entry },
    options: programOptions,
    limits: limitsOf(limits),
    logs: { rule: logs, bytesMax: options.COMPUTE_LOG_BYTES_MAX },
  };
  return row.mode === 'rows' ? runRows(uses, row, spec, signal) : runBatch(uses, row, spec, signal);
}

type SharedSpec = Omit<IsolationSpec, 'mode'>;

async function runRows(
  { blobs, isolation }: Uses,
  row: JobRow,
  spec: SharedSpec,
  signal: AbortSignal,
): Promise<Attempt> {
  const csv = createPredictionsCsv();
  const rows = csv.numbered(featureRows(await blobs.path(row.spec.features ?? '')));
  const mode: IsolationSpec['mode'] = { kind: 'rows', rows, onPrediction: csv.add };
  let run: IsolationRun;
  try {
    run = await isolation.run({ ...spec, mode }, { signal });
  } catch (error) {
    if (error instanceof FeaturesError) {
      return { kind: 'refused', detail: `The features cannot be read: ${error.message}.` };
    }
    if (error instanceof RowTooLong) return { kind: 'refused', detail: error.message };
    throw error;
  }
  const rowsAnswered = csv.count();
  if (run.reason !== 'completed') return { kind: 'ran', run, rowsAnswered, outputs: [] };
  const bytes = csv.bytes();
  const { digest, sizeBytes } = await blobs.put(bytes, { bytesMax: bytes.length });
  const outputs = [{ name: predictionsName, digest, sizeBytes }];
  return { kind: 'ran', run, rowsAnswered, outputs };
}

async function runBatch(
  { blobs, isolation, outputFolder }: Uses,
  row: JobRow,
  spec: SharedSpec,
  signal: AbortSignal,
): Promise<Attempt> {
  const folder = join(outputFolder, `${row.id}-${row.attempt}`);
  const inputs: Record<string, string> = {};
  for (const { name, digest } of row.spec.inputs) inputs[name] = await blobs.path(digest);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const mode: IsolationSpec['mode'] = {
      ...{ kind: 'batch', inputs, outputFolder: folder },
      outputs: row.spec.outputs,
    };
    const run = await isolation.run({ ...spec, mode }, { signal });
    const outputs: JobOutput[] = [];
    for (const { name, path, digest, sizeBytes } of run.outputs) {
      const source = createReadStream(path);
      await blobs.put(source, { bytesMax: sizeBytes, expected: digest });
      outputs.push({ name, digest, sizeBytes });
    }
    return { kind: 'ran', run, rowsAnswered: null, outputs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
