import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Cuts the recording of the example into one table a mote: node algorithms/find-anomalies/make-suite.ts
 */

const data = join(import.meta.dirname, '..', '..', 'examples', 'sensor-anomaly', 'data');
const suite = join(import.meta.dirname, 'suite');
const motes = [1, 2, 3, 4];

mkdirSync(suite, { recursive: true });
const rows = readFileSync(join(data, 'multi-hop.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));
const lines = motes.map((mote) => {
  const own = rows.filter(([, id]) => id === String(mote));
  const table = own.map(([, , , humidity, temperature]) => `${humidity},${temperature}`);
  const file = `mote-${mote}.csv`;
  writeFileSync(join(suite, file), `humidity,temperature\n${table.join('\n')}\n`);
  const flags = own.map((row) => Number(row[5]));
  return JSON.stringify({ id: `mote-${mote}`, rows: file, expected: { flags } });
});
writeFileSync(join(suite, 'cases.jsonl'), `${lines.join('\n')}\n`);
