import type { Json } from '#kernel/errors.ts';
import type { Value } from './expression.ts';
import type { RuleNeeds } from './rule-needs.ts';

/**
 * What a rule remembers of one thing: rows that lack a value, the last rows that it judged, and how many in a row
 * fitted. Observations of one phenomenon time make up a row; it is judged as soon as it is whole, after
 * every earlier one, whole or not. So the same observations in the same order always give the same rows.
 */

/**
 * Rows that may lack values at once; beyond it the earliest is judged as it is. More would bear more disorder, and
 * would see a lost value later.
 */
const PENDING_MAX = 2;

export type Row = {
  /** Phenomenon time, a UTC instant. */
  at: string;
  /** The last observation of it. */
  observationId: string;
  cells: Record<string, Value>;
  /** Parameters of its observations. */
  parameters: Record<string, Value>;
  /** When the platform received the last of it. */
  receivedAt: string;
  replayed: boolean;
};

export type JudgedRow = Pick<Row, 'at' | 'observationId' | 'cells'> & {
  matched: boolean;
  score: number | null;
};

export type RuleMemory = {
  /** Names that its rows are made of; with others, it starts afresh. */
  names: readonly string[];
  pending: Row[];
  judgedAt: string | null;
  rows: JudgedRow[];
  /** Rows in a row that fitted. */
  streak: number;
};

/** One observation as a rule sees it. */
export type RuleInput = {
  observationId: string;
  name: string;
  at: string;
  receivedAt: string;
  result: Json;
  parameters: Readonly<Record<string, Json>> | null;
  replayed: boolean;
};

/** A row to be judged, in order. */
export type ReadyRow = { row: Row; whole: boolean; late: boolean };

export function freshMemory(needs: RuleNeeds): RuleMemory {
  const names = [...needs.names].sort();
  return { names, pending: [], judgedAt: null, rows: [], streak: 0 };
}

/** Whether a memory belongs to a rule of these needs. */
export function fits(memory: RuleMemory, needs: RuleNeeds): boolean {
  return memory.names.join('\n') === [...needs.names].sort().join('\n');
}

/** Takes an observation into the memory. Gives the rows that can be judged now. */
export function takeIn(
  memory: RuleMemory,
  input: RuleInput,
  needs: RuleNeeds,
): { ready: ReadyRow[]; late: boolean } {
  const cell = { [input.name]: cellOf(input.result) };
  if (memory.judgedAt !== null && input.at <= memory.judgedAt) {
    const row = rowOf(input, cell);
    return { ready: needs.judgesLate ? [{ row, whole: true, late: true }] : [], late: true };
  }
  const place = memory.pending.findIndex(({ at }) => at >= input.at);
  const found = place < 0 ? undefined : memory.pending[place];
  const row = found?.at === input.at ? joined(found, input, cell) : rowOf(input, cell);
  if (found?.at === input.at) memory.pending[place] = row;
  else memory.pending.splice(place < 0 ? memory.pending.length : place, 0, row);

  const whole = [...needs.names].every((name) => Object.hasOwn(row.cells, name));
  const over = memory.pending.length > PENDING_MAX ? 1 : 0;
  const count = whole ? memory.pending.indexOf(row) + 1 : over;
  const ready = memory.pending
    .splice(0, count)
    .map((ended) => ({ row: filled(ended, needs), whole: ended === row && whole, late: false }));
  memory.judgedAt = ready.at(-1)?.row.at ?? memory.judgedAt;
  return { ready, late: false };
}

/** Takes in how a row was judged. True where it raises: so many in a row fitted. */
export function judge(
  memory: RuleMemory,
  { row, late }: ReadyRow,
  verdict: { matched: boolean; score: number | null },
  rule: { forReadings: number; rows: number },
): boolean {
  if (late) return verdict.matched;
  const { at, observationId, cells } = row;
  memory.rows.push({ at, observationId, cells, ...verdict });
  memory.rows.splice(0, Math.max(0, memory.rows.length - rule.rows));
  memory.streak = verdict.matched ? memory.streak + 1 : 0;
  return memory.streak >= rule.forReadings;
}

function rowOf(input: RuleInput, cells: Record<string, Value>): Row {
  const parameters = parametersOf(input);
  const { at, observationId, receivedAt, replayed } = input;
  return { at, observationId, cells, parameters, receivedAt, replayed };
}

function joined(row: Row, input: RuleInput, cell: Record<string, Value>): Row {
  return {
    at: row.at,
    observationId: input.observationId,
    cells: { ...row.cells, ...cell },
    parameters: { ...row.parameters, ...parametersOf(input) },
    receivedAt: input.receivedAt,
    replayed: row.replayed || input.replayed,
  };
}

function filled(row: Row, needs: RuleNeeds): Row {
  const missing = [...needs.names].filter((name) => !Object.hasOwn(row.cells, name));
  if (missing.length === 0) return row;
  return { ...row, cells: { ...row.cells, ...Object.fromEntries(missing.map((n) => [n, null])) } };
}

function parametersOf({ parameters }: RuleInput): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(parameters ?? {})
      .slice(0, 64)
      .map(([name, value]) => [name, cellOf(value)]),
  );
}

/** A result as the cell of a row: what is no number, text or truth counts as missing. */
export function cellOf(result: Json): Value {
  if (typeof result === 'number' || typeof result === 'boolean') return result;
  return typeof result === 'string' ? result.slice(0, 1_000) : null;
}
