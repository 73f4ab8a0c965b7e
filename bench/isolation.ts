import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openWorkbench } from '../src/modules/compute/testing-isolation.ts';
import { figureAtMost, quantile } from '../tools/figure.ts';

/**
 * What isolation adds to an empty program, from start to exit: medians of runs in turn with the same
 * runtime started bare on an empty file. The isolated side also writes the program's file and lays out its
 * folder, and drives the whole protocol. In milliseconds, one JSON line a figure.
 */

const ROUNDS = 25;
const programs = {
  javascript: {
    text: 'export default async function main() {}',
    file: 'empty.mjs',
    command: process.execPath,
  },
  python: { text: 'def main(job):\n    pass\n', file: 'empty.py', command: '/usr/bin/python3' },
} as const;

const bench = await openWorkbench('bubblewrap');
for (const { name: environment } of bench.environments) {
  const { text, file, command } = programs[environment];
  const path = join(bench.folder, file);
  await writeFile(path, text);
  const isolated = async () => {
    const run = await bench.batch(text, { environment, outputs: {} });
    if (run.reason !== 'completed') throw new Error(run.detail);
  };
  const bare = async () => {
    const [status] = await once(spawn(command, [path], { stdio: 'ignore', env: {} }), 'exit');
    if (status !== 0) throw new Error(`${command} ended with ${status}`);
  };
  const times = { isolated: [] as number[], bare: [] as number[] };
  await isolated();
  await bare();
  for (let round = 0; round < ROUNDS; round += 1) {
    times.isolated.push(await timeOf(isolated));
    times.bare.push(await timeOf(bare));
  }
  const added = quantile(times.isolated, 0.5) - quantile(times.bare, 0.5);
  figureAtMost(`isolation.added_${environment}`, added, 'ms', 60);
}
await bench.close();

async function timeOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
