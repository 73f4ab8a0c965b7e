import { readdirSync, readFileSync } from 'node:fs';
import type { Limits } from './isolation.ts';
import {
  OWN_PROCESSES,
  type Reading,
  type ResourceGroup,
  type Resources,
} from './resource-group.ts';

/** Linux counts processor time in hundredths of a second for user space on every machine we run on. */
const TICK_MS = 10;

/**
 * Bounds without control groups: a rlimit on each process stands in the command line (see
 * bubblewrap-command.ts), and the sums over a job's processes are watched from outside. Between two looks a
 * job can pass its bound by what one process may hold; the profile says `watchdog`.
 */
export function watchdogResources(): Resources {
  const pageBytes = findPageBytes();
  return {
    kind: 'watchdog',
    open(_name, limits): ResourceGroup {
      let most: Reading = { cpuMs: 0, memoryBytesMax: 0, exceeded: null };
      return {
        joinFiles: [],
        read(leader) {
          most = later(most, sumOf(leader, pageBytes), limits);
          return most;
        },
        // The processes end with their process namespace, when bubblewrap itself is ended.
        close: async () => true,
      };
    },
    sweep: async () => {},
  };
}

type Sum = { cpuMs: number; memoryBytes: number; tasks: number };

function later(before: Reading, now: Sum, limits: Limits): Reading {
  let exceeded = before.exceeded;
  if (now.tasks > limits.processes + OWN_PROCESSES) exceeded ??= 'process_limit';
  if (now.memoryBytes > limits.memoryBytes) exceeded ??= 'out_of_memory';
  return {
    cpuMs: Math.max(before.cpuMs, now.cpuMs),
    memoryBytesMax: Math.max(before.memoryBytesMax, now.memoryBytes),
    exceeded,
  };
}

type ProcessState = { cpuMs: number; tasks: number; pages: number };

/** Sums a process and all its descendants. */
function sumOf(leader: number, pageBytes: number): Sum {
  const sum: Sum = { cpuMs: 0, memoryBytes: 0, tasks: 0 };
  const waiting = [leader];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const state = readProcess(id);
    if (!state) continue;
    sum.cpuMs += state.cpuMs;
    sum.memoryBytes += state.pages * pageBytes;
    sum.tasks += state.tasks;
    waiting.push(...childrenOf(id));
  }
  return sum;
}

/** The children that each thread of a process has started (proc_pid_task_tid_children(5)). */
function childrenOf(id: number): number[] {
  try {
    return readdirSync(`/proc/${id}/task`).flatMap((thread) => {
      const text = readFileSync(`/proc/${id}/task/${thread}/children`, 'utf8');
      return text.split(' ').filter(Boolean).map(Number);
    });
  } catch {
    return [];
  }
}

/** The size of a page, which Node.js does not tell: our own memory in bytes over the same in pages. */
function findPageBytes(): number {
  const pages = readProcess(process.pid)?.pages ?? 0;
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages));
}

/** `/proc/ID/stat` (proc_pid_stat(5)); times count children that have ended. Null once it is gone. */
function readProcess(id: number): ProcessState | null {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8');
    // Fields from the third on; the second, a name in brackets, may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number) => Number(fields[number - 3]);
    return {
      cpuMs: (field(14) + field(15) + field(16) + field(17)) * TICK_MS,
      tasks: field(20),
      pages: field(24),
    };
  } catch {
    return null;
  }
}
