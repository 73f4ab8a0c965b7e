import type { Prediction, Row } from './isolation.ts';

/** Name of what a job in rows mode gives. */
export const predictionsName = 'predictions';

const LINES_A_PART = 4_096;
const ROW_NUMBER = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value);

export type PredictionsCsv = {
  /** Passes the rows on, and remembers their numbers until they are answered. */
  numbered(rows: Iterable<Row>): Iterable<Row>;
  add(prediction: Prediction): void;
  count(): number;
  bytes(): Buffer;
};

/**
 * Predictions as CSV `row,flag,score`. The row is the whole number in the column `row` of the features, or
 * its place from 0 where there is no such column. Where a program gives no score, its flag stands for it.
 */
export function createPredictionsCsv(): PredictionsCsv {
  const parts: Buffer[] = [];
  const asked: (number | null)[] = [];
  let lines = ['row,flag,score'];
  let count = 0;
  let taken = 0;
  const flush = () => {
    parts.push(Buffer.from(`${lines.join('\n')}\n`));
    lines = [];
  };
  return {
    *numbered(rows) {
      for (const row of rows) {
        asked.push(ROW_NUMBER(row.row) ? Number(row.row) : null);
        yield row;
      }
    },
    add({ flag, score = flag }) {
      lines.push(`${asked[taken] ?? count},${flag},${score}`);
      count += 1;
      taken += 1;
      if (lines.length < LINES_A_PART) return;
      flush();
      asked.splice(0, taken);
      taken = 0;
    },
    count: () => count,
    bytes() {
      if (lines.length > 0) flush();
      return Buffer.concat(parts);
    },
  };
}
