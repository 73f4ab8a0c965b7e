import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type CgroupLayout, cgroupLayout } from './cgroup-layout.ts';
import type { Limits } from './isolation.ts';
import { createRunNames } from './leftovers.ts';
import {
  OWN_PROCESSES,
  type Reading,
  type ResourceGroup,
  type Resources,
} from './resource-group.ts';

const CLOSE_ATTEMPTS = 200;
const CLOSE_PAUSE_MS = 10;

/**
 * The host's control groups, version 1 or 2, where this process may make groups below its own; null
 * where it may not. Tried for real, with a group that is made and removed again.
 */
export function findCgroups(limits: Limits): Resources | null {
  const layout = readLayout();
  const nextName = createRunNames();
  for (const candidate of [version1(layout), version2(layout)]) {
    if (!candidate) continue;
    try {
      const name = nextName();
      const { joinFiles } = candidate.open(name, limits);
      execFileSync('/bin/sh', [
        '-c',
        'for f; do echo 0 > "$f" || exit 1; done',
        'sh',
        ...joinFiles,
      ]);
      for (const folder of candidate.folders) rmdirSync(join(folder, name));
      return candidate;
    } catch {}
  }
  return null;
}

type Cgroups = Resources & { folders: readonly string[] };

function readLayout(): CgroupLayout {
  try {
    const [mounts, self] = ['/proc/self/mountinfo', '/proc/self/cgroup'];
    return cgroupLayout(readFileSync(mounts, 'utf8'), readFileSync(self, 'utf8'));
  } catch {
    return { v1: {}, v2: null };
  }
}

/** https://www.kernel.org/doc/html/latest/admin-guide/cgroup-v1/memory.html, and pids, cpuacct beside it. */
function version1(layout: CgroupLayout): Cgroups | null {
  const { memory, pids, cpuacct, cpu } = layout.v1;
  if (!memory || !pids || !cpuacct) return null;
  // With `cpu`, all processes of a job together weigh as one of the platform's.
  const folders = [...new Set([memory, pids, cpuacct, ...(cpu ? [cpu] : [])])];
  return cgroups('cgroup-v1', folders, (name, limits) => {
    const file = (folder: string, setting: string) => join(folder, name, setting);
    set(file(memory, 'memory.limit_in_bytes'), limits.memoryBytes);
    if (exists(file(memory, 'memory.memsw.limit_in_bytes'))) {
      set(file(memory, 'memory.memsw.limit_in_bytes'), limits.memoryBytes);
    } else {
      set(file(memory, 'memory.swappiness'), 0);
    }
    set(file(pids, 'pids.max'), limits.processes + OWN_PROCESSES);
    return (): Reading => ({
      cpuMs: Number(read(file(cpuacct, 'cpuacct.usage'))) / 1e6,
      memoryBytesMax: Number(read(file(memory, 'memory.max_usage_in_bytes'))),
      exceeded: exceeded(
        counter(read(file(memory, 'memory.oom_control')), 'oom_kill'),
        counter(read(file(pids, 'pids.events')), 'max'),
      ),
    });
  });
}

/** https://www.kernel.org/doc/html/latest/admin-guide/cgroup-v2.html */
export function version2(layout: CgroupLayout): Cgroups | null {
  const parent = layout.v2 === null ? null : delegatedFolder(layout.v2);
  if (parent === null) return null;
  return cgroups('cgroup-v2', [parent], (name, limits) => {
    const file = (setting: string) => join(parent, name, setting);
    set(file('memory.max'), limits.memoryBytes);
    if (exists(file('memory.swap.max'))) set(file('memory.swap.max'), 0);
    set(file('pids.max'), limits.processes + OWN_PROCESSES);
    let memoryBytesMax = 0;
    return (): Reading => {
      // memory.peak came with Linux 5.19; before it the reading at hand stands in.
      const peak = exists(file('memory.peak')) ? 'memory.peak' : 'memory.current';
      memoryBytesMax = Math.max(memoryBytesMax, Number(read(file(peak))));
      return {
        cpuMs: counter(read(file('cpu.stat')), 'usage_usec') / 1e3,
        memoryBytesMax,
        exceeded: exceeded(
          counter(read(file('memory.events')), 'oom_kill'),
          counter(read(file('pids.events')), 'max'),
        ),
      };
    };
  });
}

/**
 * The nearest folder, from our own group upwards, that gives its children memory and pids. A group that
 * holds processes cannot (but for the root), so for a service or a session it is usually the one above.
 */
function delegatedFolder(own: string): string | null {
  for (let folder = own; exists(join(folder, 'cgroup.procs')); folder = dirname(folder)) {
    const controllers = read(join(folder, 'cgroup.subtree_control')).split(/\s+/);
    if (controllers.includes('memory') && controllers.includes('pids')) return folder;
  }
  return null;
}

function cgroups(
  kind: 'cgroup-v1' | 'cgroup-v2',
  folders: readonly string[],
  bound: (name: string, limits: Limits) => () => Reading,
): Cgroups {
  return {
    kind,
    folders,
    open(name, limits): ResourceGroup {
      for (const folder of folders) mkdirSync(join(folder, name));
      try {
        return {
          read: bound(name, limits),
          joinFiles: folders.map((folder) => join(folder, name, 'cgroup.procs')),
          close: () => removeGroups(folders, name),
        };
      } catch (error) {
        for (const folder of folders) rmdirSync(join(folder, name));
        throw error;
      }
    },
    async sweep(isLeft) {
      const names = new Set(folders.flatMap((folder) => readdirSync(folder)));
      for (const name of names) if (isLeft(name)) await removeGroups(folders, name);
    },
  };
}

async function removeGroups(folders: readonly string[], name: string): Promise<boolean> {
  let left = folders.map((folder) => join(folder, name));
  for (let attempt = 0; attempt < CLOSE_ATTEMPTS; attempt += 1) {
    left = left.filter((group) => !removeGroup(group));
    if (left.length === 0) return true;
    await pause(CLOSE_PAUSE_MS);
  }
  return false;
}

/** True once the group is gone; kills what still runs in it otherwise. */
function removeGroup(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
  }
  try {
    for (const id of read(join(group, 'cgroup.procs')).split('\n')) {
      if (Number(id) > 1) process.kill(Number(id), 'SIGKILL');
    }
  } catch {}
  return false;
}

function exceeded(outOfMemory: number, refusedProcesses: number): Reading['exceeded'] {
  if (outOfMemory > 0) return 'out_of_memory';
  return refusedProcesses > 0 ? 'process_limit' : null;
}

/** The number behind a word in one of the kernel's two-column files; 0 where it is not there. */
function counter(text: string, word: string): number {
  return Number(new RegExp(`^${word} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

function set(file: string, value: number | string) {
  writeFileSync(file, String(value));
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

function exists(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}
