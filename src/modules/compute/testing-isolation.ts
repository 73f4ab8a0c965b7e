import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedIsolation, openIsolation } from './environments.ts';
import type {
  EnvironmentName,
  IsolationRun,
  IsolationSpec,
  Limits,
  Prediction,
  Row,
} from './isolation.ts';

/** For tests: an open isolation in a folder of its own, and short ways to run programs given as text. */
export type Workbench = OpenedIsolation & {
  folder: string;
  rows(
    program: string,
    rows: Iterable<Row> | AsyncIterable<Row>,
    more?: More & RowsMore,
  ): Promise<RowsRun>;
  batch(program: string, more?: More & BatchMore): Promise<BatchRun>;
  close(): Promise<void>;
};

type More = {
  environment?: EnvironmentName;
  limits?: Partial<Limits>;
  logs?: 'full' | 'none';
  signal?: AbortSignal;
  options?: IsolationSpec['options'];
};
type RowsMore = { onPrediction?: () => void };
type BatchMore = { inputs?: Record<string, string>; outputs?: Record<string, number> };
export type RowsRun = IsolationRun & { predictions: Prediction[] };
export type BatchRun = IsolationRun & { texts: Record<string, string>; outputFolder: string };

const MEBIBYTE = 1024 * 1024;
const limitsTight: Limits = {
  wallSeconds: 20,
  cpuSeconds: 10,
  memoryBytes: 128 * MEBIBYTE,
  processes: 32,
  fileBytes: 2 * MEBIBYTE,
  diskBytes: 8 * MEBIBYTE,
  rowSeconds: 5,
};

export async function openWorkbench(
  engine: 'bubblewrap' | 'webassembly',
  resources: 'auto' | 'watchdog' = 'auto',
): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'touyan-isolation-test-'));
  // As the data folder of a platform: others may pass through it.
  await chmod(folder, 0o711);
  const opened = await openIsolation({
    ...{ engine, resources },
    mayInstall: false,
    onProgress: () => {},
    folder: join(folder, 'isolation'),
    openFolder: join(tmpdir(), 'touyan-isolation-test'),
    nodePath: process.execPath,
    pythonPaths: ['/usr/bin/python3'],
  });
  let count = 0;
  const write = async (text: string, environment: EnvironmentName) => {
    count += 1;
    const path = environment === 'python' ? 'main.py' : 'main.mjs';
    const source = join(folder, `program-${count}`);
    await writeFile(source, text);
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    return { files: [{ path, source, digest }], entry: path };
  };
  const specOf = async (text: string, more: More): Promise<Omit<IsolationSpec, 'mode'>> => {
    const environment = more.environment ?? 'javascript';
    return {
      environment,
      program: await write(text, environment),
      options: more.options ?? {},
      limits: { ...limitsTight, ...more.limits },
      logs: { rule: more.logs ?? 'full', bytesMax: 10_000 },
    };
  };
  const contextOf = (more: More) => ({ signal: more.signal ?? new AbortController().signal });
  return {
    ...opened,
    folder,
    async rows(program, rows, more = {}) {
      const predictions: Prediction[] = [];
      const run = await opened.isolation.run(
        {
          ...(await specOf(program, more)),
          mode: {
            ...{ kind: 'rows', rows },
            onPrediction(prediction) {
              predictions.push(prediction);
              more.onPrediction?.();
            },
          },
        },
        contextOf(more),
      );
      return { ...run, predictions };
    },
    async batch(program, more = {}) {
      const spec = await specOf(program, more);
      const outputFolder = join(folder, `outputs-${count}`);
      await mkdir(outputFolder, { mode: 0o700 });
      const inputs: Record<string, string> = {};
      for (const [name, text] of Object.entries(more.inputs ?? {})) {
        const path = join(folder, `${name}-${count}`);
        await writeFile(path, text, { mode: 0o600 });
        inputs[name] = path;
      }
      const outputs = Object.entries(more.outputs ?? { out: 100_000 });
      const run = await opened.isolation.run(
        {
          ...spec,
          mode: {
            ...{ kind: 'batch', inputs, outputFolder },
            outputs: outputs.map(([name, bytesMax]) => ({ name, bytesMax })),
          },
        },
        contextOf(more),
      );
      const texts: Record<string, string> = {};
      for (const { name, path } of run.outputs) texts[name] = await readFile(path, 'utf8');
      return { ...run, texts, outputFolder };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Rows of one number, `value` from 0. */
export function* countedRows(count: number): Generator<Row> {
  for (let value = 0; value < count; value += 1) yield { value };
}

/** Flags values over 2, and scores by the value. */
export const honestProgram = `
export function create(options) {
  const over = options.over ?? 2;
  return { observe: ({ value }) => ({ flag: value > over ? 1 : 0, score: value / 2 }) };
}`;

export const honestPython = `
def create(options):
    return Program(options.get("over", 2))

class Program:
    def __init__(self, over):
        self.over = over

    def observe(self, row):
        return {"flag": 1 if row["value"] > self.over else 0, "score": row["value"] / 2}
`;
