import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchMode, RunEnd, TakenOutput } from './isolation.ts';

/** The files of a batch job's outputs, which the platform writes itself, within their bounds. */
export type OutputFiles = {
  /** How the run ends if this many more bytes were written to an output; null if they may be. */
  refusal(name: string, more: number): RunEnd | null;
  /** Appends to a declared output, or gives the refusal. */
  append(name: string, bytes: Uint8Array): RunEnd | null;
  /** Declared outputs that nothing was written to. */
  missing(): string[];
  /** The files, once the run has ended well. */
  outputs(): TakenOutput[];
  /** Closes the files, and removes them unless they are to be kept. */
  close(keep: boolean): void;
};

type OpenOutput = { path: string; descriptor: number; hash: Hash; sizeBytes: number };

export function createOutputFiles(mode: Pick<BatchMode, 'outputs' | 'outputFolder'>): OutputFiles {
  const declared = new Map(mode.outputs.map(({ name, bytesMax }) => [name, bytesMax]));
  const files = new Map<string, OpenOutput>();
  const refusal = (name: string, more: number) =>
    check(declared, files.get(name)?.sizeBytes ?? 0, name, more);
  return {
    refusal,
    append(name, bytes) {
      const refused = refusal(name, bytes.length);
      if (refused) return refused;
      const file = files.get(name) ?? openOutput(mode.outputFolder, name);
      files.set(name, file);
      for (let at = 0; at < bytes.length; ) at += writeSync(file.descriptor, bytes, at);
      file.hash.update(bytes);
      file.sizeBytes += bytes.length;
      return null;
    },
    missing: () => [...declared.keys()].filter((name) => !files.has(name)),
    outputs: () =>
      [...files].map(([name, { path, hash, sizeBytes }]) => {
        return { name, path, sizeBytes, digest: `sha256:${hash.copy().digest('hex')}` };
      }),
    close(keep) {
      for (const { descriptor, path } of files.values()) {
        closeSync(descriptor);
        if (!keep) unlinkSync(path);
      }
    },
  };
}

function check(
  declared: ReadonlyMap<string, number>,
  sizeBytes: number,
  name: string,
  more: number,
): RunEnd | null {
  const bytesMax = declared.get(name);
  if (bytesMax === undefined) {
    return {
      reason: 'output_refused',
      detail: 'The program wrote an output that is not declared.',
    };
  }
  if (sizeBytes + more <= bytesMax) return null;
  const detail = `The program wrote more than ${bytesMax} bytes to the output ${name}.`;
  return { reason: 'output_too_large', detail };
}

function openOutput(folder: string, name: string): OpenOutput {
  const path = join(folder, name);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  return { path, descriptor, hash: createHash('sha256'), sizeBytes: 0 };
}
