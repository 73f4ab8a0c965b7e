import { readFileSync } from 'node:fs';

/**
 * The processor for the next row-by-row job: program and driver on one processor pass 60,000 rows a second
 * between them, on two 15,000, for an idle processor is slow to wake (2 cores, virtual machine).
 */
export function createCoreChoice(): () => number | null {
  const cores = allowedCores(readFileSync('/proc/self/status', 'utf8'));
  let next = 0;
  return () => {
    next += 1;
    return cores[next % cores.length] ?? null;
  };
}

/** From `Cpus_allowed_list: 0-3,8` (proc_pid_status(5)). */
export function allowedCores(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  if (list === undefined) return [];
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 || 0 }, (_, index) => first + index);
  });
}
