import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BuiltAlgorithm, openBuilt } from '../testing.ts';

/** The program flags the events of its suite as its card says, whatever else stands in a table. */

let program: BuiltAlgorithm<'anomaly-detection'>;
beforeAll(async () => {
  program = await openBuilt('find-anomalies', 'anomaly-detection');
});

type Row = Record<string, number | string | null>;
const ask = (rows: Row[], parameters = {}) => program.call({ rows, parameters });

async function tableOf(file: string): Promise<Row[]> {
  const text = await readFile(join(program.folder, 'suite', file), 'utf8');
  const [head = '', ...lines] = text.trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',').map(Number);
    return Object.fromEntries(names.map((name, place) => [name, cells[place] ?? null]));
  });
}

describe('the suite', () => {
  it('is flagged with an F1 of 0.90 at least, row by row', async () => {
    let [both, flagged, real] = [0, 0, 0];
    for (const { rows, expected } of program.cases) {
      const { flags } = expected as { flags: (0 | 1)[] };
      const { points } = await ask(await tableOf(String(rows)));
      expect(points).toHaveLength(flags.length);
      for (const [place, flag] of flags.entries()) {
        both += flag * (points[place]?.flag ?? 0);
        flagged += points[place]?.flag ?? 0;
        real += flag;
      }
    }
    expect((2 * both) / (flagged + real)).toBeGreaterThan(0.9);
  });
});

describe('a table', () => {
  const steady = (): Row[] =>
    Array.from({ length: 200 }, (_, at) => ({ at, pressure: 1_000 + Math.sin(at), note: 'fine' }));

  it('may hold texts, gaps, counters and columns that never change', async () => {
    const rows = steady().map((row) => ({ ...row, level: 7, gap: null }));
    rows[50] = { ...rows[50], pressure: null } as never;
    rows[120] = { ...rows[120], pressure: 1_400 } as never;
    const { points } = await ask(rows);
    expect(points.flatMap(({ flag }, place) => (flag ? [place] : []))).toEqual([120]);
    expect(points[50]?.score).toBeLessThan(8);
  });

  it('is judged by the columns and the threshold that were asked for', async () => {
    const rows = steady();
    rows[30] = { ...rows[30], pressure: 5_000 };
    expect((await ask(rows, { columns: ['at'] })).points[30]?.flag).toBe(0);
    expect((await ask(rows, { threshold: 1_000 })).threshold).toBe(1_000);
    await expect(ask(rows, { columns: ['note'] })).rejects.toThrow(/called note/);
    await expect(ask(rows, { columns: [] })).rejects.toMatchObject({ name: 'InputError' });
    await expect(ask([{ a: 'x' }])).rejects.toThrow(/no column/);
  });

  it('of one row, and of the most rows and columns, has its answer', async () => {
    expect((await ask([{ a: 1 }])).points).toEqual([{ score: 0, flag: 0 }]);
    const row = Object.fromEntries(Array.from({ length: 20 }, (_, place) => [`c${place}`, place]));
    const { points } = await ask(Array.from({ length: 20_000 }, () => row));
    expect(points).toHaveLength(20_000);
  });
});
