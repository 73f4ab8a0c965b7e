import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { walkPickles } from './format-pickle.ts';

/** Pickles as Python writes them are followed to their end, and import what Python's own tool says. */

const here = spawnSync('python3', ['--version']).status === 0;
if (!here) process.stderr.write('python3 is not here: comparing with its pickles is left out\n');

const script = `
import base64, collections, datetime, decimal, fractions, json, pickle, pickletools, re, uuid
values = [
  None, [1, 2.5, 10**40, -1, True], {'a': (1, 2, 3, 4), '键': b'x' * 300}, {1, 2}, frozenset([3]), bytearray(b'ab'),
  collections.OrderedDict(a=1), collections.Counter('aab'), datetime.datetime(2026, 1, 1), decimal.Decimal('1.5'),
  fractions.Fraction(1, 3), uuid.UUID(int=5), re.compile('a'), print, int, ['x' * 70000] * 3, 'os', ['os', 'system'],
]
values.append([values[5:9], values[5:9]])
def imports(data):
    found, strings = set(), []
    for op, value, _ in pickletools.genops(data):
        if op.name in ('GLOBAL', 'INST'): found.add(value)
        if op.name == 'STACK_GLOBAL': found.add('STACK')
    return sorted(found)
out = []
for protocol in range(6):
    for value in values:
        data = pickle.dumps(value, protocol)
        out.append([protocol, base64.b64encode(data).decode(), imports(data)])
print(json.dumps(out))`;

describe.runIf(here)('beside pickletools', () => {
  it('follows every pickle of every protocol', () => {
    const output = execFileSync('python3', ['-c', script], { maxBuffer: 100_000_000 });
    const pickles: [number, string, string[]][] = JSON.parse(String(output));
    expect(pickles.length).toBeGreaterThan(100);
    for (const [protocol, base64, theirs] of pickles) {
      const { imports, broken } = walkPickles(Buffer.from(base64, 'base64'));
      expect(broken).toBeNull();
      expect(imports).not.toContain('?');
      if (protocol < 4) expect([...imports].sort()).toEqual(theirs);
      else expect(imports.length > 0).toBe(theirs.length > 0);
    }
  });
});
