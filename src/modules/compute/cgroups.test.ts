import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { version2 } from './cgroups.ts';
import { limitsDefault } from './isolation.ts';

/** Version 2 on a folder made like one, for machines which mount version 1; the real one is tested elsewhere. */
let root: string;
const session = () => join(root, 'user.slice', 'session-1.scope');
const write = (folder: string, files: Record<string, string>) => {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'touyan-cgroup-test-'));
  const bare = { 'cgroup.procs': '', 'cgroup.subtree_control': '' };
  write(root, { ...bare, 'cgroup.subtree_control': 'cpu io memory pids' });
  write(join(root, 'user.slice'), { ...bare, 'cgroup.subtree_control': 'cpu memory pids' });
  write(session(), bare);
});
afterEach(() => rmSync(root, { recursive: true }));

test('a job gets a group below the nearest that hands memory and pids on, with its bounds', () => {
  const group = version2({ v1: {}, v2: session() })?.open('touyan-1-1-a-1', limitsDefault);
  const folder = join(root, 'user.slice', 'touyan-1-1-a-1');
  expect(group?.joinFiles).toEqual([join(folder, 'cgroup.procs')]);
  expect(readFileSync(join(folder, 'memory.max'), 'utf8')).toBe(String(limitsDefault.memoryBytes));
  expect(readFileSync(join(folder, 'pids.max'), 'utf8')).toBe(String(limitsDefault.processes + 3));
  write(folder, {
    'cpu.stat': 'usage_usec 1500000\nuser_usec 1\n',
    'memory.peak': '4096\n',
    'memory.events': 'low 0\noom 3\noom_kill 0\n',
    'pids.events': 'max 0\n',
  });
  expect(group?.read(1)).toEqual({ cpuMs: 1500, memoryBytesMax: 4096, exceeded: null });
  write(folder, { 'pids.events': 'max 2\n' });
  expect(group?.read(1).exceeded).toBe('process_limit');
  write(folder, { 'memory.events': 'oom_kill 1\n' });
  expect(group?.read(1).exceeded).toBe('out_of_memory');
});

test('where no group hands them on there is none', () => {
  write(root, { 'cgroup.subtree_control': 'cpu' });
  write(join(root, 'user.slice'), { 'cgroup.subtree_control': 'memory' });
  expect(version2({ v1: {}, v2: session() })).toBeNull();
  expect(version2({ v1: {}, v2: null })).toBeNull();
});
