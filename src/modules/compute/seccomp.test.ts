import { expect, test } from 'vitest';
import { type FilterArchitecture, seccompFilter } from './seccomp.ts';

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const machines = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** Runs the filter as the kernel does, on one call. */
function verdict(architecture: FilterArchitecture, call: number, first = 0, second = 0): number {
  return interpret(architecture, machines[architecture], call, first, second);
}

function interpret(
  architecture: FilterArchitecture,
  machine: number,
  call: number,
  first: number,
  second: number,
): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call, 0);
  data.writeUInt32LE(machine, 4);
  data.writeUInt32LE(first, 16);
  data.writeUInt32LE(second, 24);
  const filter = seccompFilter(architecture);
  let loaded = 0;
  for (let at = 0; at < filter.length / 8; at += 1) {
    const code = filter.readUInt16LE(at * 8);
    const value = filter.readUInt32LE(at * 8 + 4);
    if (code === 0x06) return value;
    if (code === 0x20) {
      loaded = data.readUInt32LE(value);
      continue;
    }
    const tests: Record<number, boolean> = {
      21: loaded === value,
      37: loaded > value,
      69: (loaded & value) !== 0,
    };
    const holds = tests[code];
    if (holds === undefined) throw new Error(`unknown instruction ${code}`);
    at += filter.readUInt8(at * 8 + (holds ? 2 : 3));
  }
  throw new Error('the filter has no end');
}

test.each([
  ['x64', 41, EPERM],
  ['arm64', 198, EPERM],
  ['x64', 0, ALLOW],
  ['x64', 1, ALLOW],
  ['arm64', 63, ALLOW],
  ['x64', 259, EPERM],
  ['arm64', 33, EPERM],
  ['x64', 435, ENOSYS],
  ['arm64', 435, ENOSYS],
  ['x64', 463, ENOSYS],
  ['x64', 0x40000000 + 39, ENOSYS],
] as const)('on %s call %d gives %s', (architecture, call, expected) => {
  expect(verdict(architecture, call)).toBe(expected);
});

test('a thread may be started, a namespace may not', () => {
  for (const [architecture, clone] of [
    ['x64', 56],
    ['arm64', 220],
  ] as const) {
    expect(verdict(architecture, clone, 0x3d0f00)).toBe(ALLOW);
    for (const flag of [
      0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
    ]) {
      expect(verdict(architecture, clone, 0x11 | flag)).toBe(EPERM);
    }
  }
});

test('a terminal may be asked for its size, not given characters', () => {
  expect(verdict('x64', 16, 0, 0x5413)).toBe(ALLOW);
  expect(verdict('x64', 16, 0, 0x5412)).toBe(EPERM);
  expect(verdict('arm64', 29, 0, 0x541c)).toBe(EPERM);
});

test('calls of another machine end the program', () => {
  expect(interpret('x64', 0x40000003, 1, 0, 0)).toBe(KILL);
});
