import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Resources } from './resource-group.ts';

/**
 * Names of folders and groups of running jobs. They say which process made them, so that after a
 * `kill -9` of the platform the next start finds what is left, and touches nothing of another that lives.
 */
export function createRunNames(): () => string {
  const owner = `${process.pid}-${startOf(process.pid)}`;
  const run = randomBytes(4).toString('hex');
  let count = 0;
  return () => {
    count += 1;
    return `touyan-${owner}-${run}-${count}`;
  };
}

/** True for the name of a run whose process is gone. */
export function isLeftover(name: string): boolean {
  const [, pid, start] = /^touyan-(\d+)-(\d+)-/.exec(name) ?? [];
  return pid !== undefined && String(startOf(Number(pid))) !== start;
}

export async function sweepLeftovers(folder: string, resources: Resources): Promise<void> {
  await resources.sweep(isLeftover);
  for (const name of await readdir(folder)) {
    if (isLeftover(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** When a process started, in clock ticks since boot (field 22 of proc_pid_stat(5)); 0 if it is gone. */
function startOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return 0;
  }
}
