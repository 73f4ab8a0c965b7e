import { InputError, numberOf, type Parameters, type Surroundings } from '../shared/program.ts';
import { departures } from './departures.ts';

type TableInput = {
  rows: readonly Readonly<Record<string, number | string | null>>[];
  parameters: Parameters;
};

const COLUMNS_MAX = 50;
const WINDOW_MIN = 3;
const WINDOW_MAX = 5_001;
/** Of a score; what is farther off is as far off as can be told. */
const SCORE_MAX = 1e6;

/** Rows of a table that are unlike those around them. Nothing is trained: the same table gives the same answer. */
export default async function create({ options }: Surroundings) {
  const usual = {
    threshold: numberOf(options, 'threshold', { usual: 8, min: 1, max: 1_000 }),
    windowRows: numberOf(options, 'windowRows', { usual: 601, min: WINDOW_MIN, max: WINDOW_MAX }),
  };
  return {
    async call({ rows, parameters }: TableInput) {
      const threshold = numberOf(parameters, 'threshold', {
        ...{ usual: usual.threshold, min: 1, max: 1_000 },
      });
      const windowRows = numberOf(parameters, 'windowRows', {
        ...{ usual: usual.windowRows, min: WINDOW_MIN, max: WINDOW_MAX },
      });
      const reach = Math.floor(windowRows / 2);
      const columns = columnsOf(rows, parameters).map((name) => {
        const values = rows.map((row) => {
          const value = row[name];
          return typeof value === 'number' ? value : Number.NaN;
        });
        return departures(Float64Array.from(values), reach);
      });
      const points = rows.map((_, place) => {
        const most = columns.reduce((top, column) => Math.max(top, column[place] ?? 0), 0);
        const score = Math.round(Math.min(most, SCORE_MAX) * 1e4) / 1e4;
        return { score, flag: score >= threshold ? 1 : 0 };
      });
      return { points, threshold };
    },
  };
}

/** The columns that were asked for, or all that hold numbers. */
function columnsOf(rows: TableInput['rows'], { columns }: Parameters): string[] {
  const numeric = new Set<string>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row))
      if (typeof value === 'number') numeric.add(name);
  }
  if (columns === undefined) {
    if (numeric.size === 0) throw new InputError('no column of the table holds numbers');
    if (numeric.size > COLUMNS_MAX) {
      throw new InputError(
        `the table has ${numeric.size} columns of numbers; name ${COLUMNS_MAX} at most in columns`,
      );
    }
    return [...numeric];
  }
  const isList = Array.isArray(columns) && columns.length > 0 && columns.length <= COLUMNS_MAX;
  if (!isList) throw new InputError(`columns is a list of 1 to ${COLUMNS_MAX} names of columns`);
  return columns.map((name: unknown) => {
    if (typeof name === 'string' && numeric.has(name)) return name;
    throw new InputError(`no column of numbers is called ${String(name).slice(0, 100)}`);
  });
}
