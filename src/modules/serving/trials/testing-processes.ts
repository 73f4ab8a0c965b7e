import { readdirSync, readFileSync } from 'node:fs';

/** For tests: processes that run models and programs for this test (proc_pid_cmdline(5)). */

export function workerProcesses(worker: 'model-worker.mjs' | 'task-worker.mjs'): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(worker) && descends(pid);
      } catch {
        return false;
      }
    });
}

function descends(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  return parent === process.pid || (parent > 1 && descends(parent));
}

/** How many there were. */
export function signalWorkers(
  worker: Parameters<typeof workerProcesses>[0],
  signal: NodeJS.Signals,
): number {
  const found = workerProcesses(worker);
  for (const pid of found) {
    try {
      process.kill(pid, signal);
    } catch {}
  }
  return found.length;
}
