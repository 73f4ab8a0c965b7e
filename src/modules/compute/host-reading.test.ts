import { expect, test } from 'vitest';
import { cgroupLayout } from './cgroup-layout.ts';
import { allowedCores } from './core-choice.ts';
import { createRunNames, isLeftover } from './leftovers.ts';
import { isProgramPath } from './spec-check.ts';

test('control groups of version 1, some mounted together, some with a path of our own', () => {
  const mounts = `30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;
  const own = '4:memory:/users/a\n2:cpu,cpuacct:/\n0::/session\n';
  expect(cgroupLayout(mounts, own)).toEqual({
    v1: {
      memory: '/sys/fs/cgroup/memory/users/a',
      cpu: '/sys/fs/cgroup/cpu,cpuacct',
      cpuacct: '/sys/fs/cgroup/cpu,cpuacct',
    },
    v2: '/sys/fs/cgroup/unified/session',
  });
});

test('in a container the mount shows only its own part of the hierarchy', () => {
  const mounts = '30 25 0:26 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory';
  expect(cgroupLayout(mounts, '4:memory:/docker/ab\n').v1).toEqual({
    memory: '/sys/fs/cgroup/memory',
  });
  expect(cgroupLayout(mounts, '4:memory:/docker/ab/x\n').v1).toEqual({
    memory: '/sys/fs/cgroup/memory/x',
  });
});

test('version 2 alone', () => {
  const mounts = '30 25 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate';
  expect(cgroupLayout(mounts, '0::/user.slice/session-1.scope\n')).toEqual({
    v1: {},
    v2: '/sys/fs/cgroup/user.slice/session-1.scope',
  });
});

test('allowed processors', () => {
  expect(allowedCores('Name:\tnode\nCpus_allowed_list:\t0-2,5\n')).toEqual([0, 1, 2, 5]);
  expect(allowedCores('')).toEqual([]);
});

test('only runs of processes that are gone are left over', () => {
  const name = createRunNames()();
  expect(isLeftover(name)).toBe(false);
  // Our own number, but another start: the number was given again.
  expect(isLeftover(`touyan-${process.pid}-1-ab-1`)).toBe(true);
  expect(isLeftover('touyan-4194304-77-ab-1')).toBe(true);
  expect(isLeftover('system.slice')).toBe(false);
});

test.each([
  ['main.mjs', true],
  ['models/forest.json', true],
  ['../main.mjs', false],
  ['/etc/passwd', false],
  ['a//b', false],
  ['.env', false],
  ['a/./b', false],
  ['', false],
])('a program may hold %s: %s', (path, expected) => {
  expect(isProgramPath(path)).toBe(expected);
});
