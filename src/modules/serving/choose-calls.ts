import type { ServingOptions } from './config.ts';
import type { ServedPrediction } from './entities.ts';
import { servingErrors } from './errors.ts';
import type { Entry } from './journal.ts';
import { type Cell, predictionsOf, predictionsText, tableOf } from './row-table.ts';
import type { Waiting } from './session.ts';
import type { Prepared } from './store-journal.ts';

/** A call that the program is to be asked. */
export type Chosen = {
  waiting: Waiting;
  values: readonly Cell[][];
  /** The same, as the journal keeps it. */
  text: string;
  basis: string;
};

/**
 * Which of the calls go to the program, and under which columns. Those that were answered before get the
 * same answer again, those that cannot be answered are refused, each for itself; one whose requestId
 * stands twice waits until the first has been answered.
 */
export function chooseCalls(
  taken: readonly Waiting[],
  prepared: Prepared,
  options: ServingOptions,
): { chosen: Chosen[]; columns: readonly string[] | null; later: Waiting[] } {
  const chosen: Chosen[] = [];
  const later: Waiting[] = [];
  const allowances = prepared.allowances.map((allowance) => ({ ...allowance }));
  let { columns, rowsAnswered }: { columns: readonly string[] | null; rowsAnswered: number } =
    prepared;
  for (const waiting of taken) {
    try {
      const table = tableOf(waiting.rows, columns);
      const text = JSON.stringify(table.values);
      if (answerAgain(waiting, text, prepared)) continue;
      if (chosen.some((other) => other.waiting.requestId === waiting.requestId)) {
        later.push(waiting);
        continue;
      }
      const rows = table.values.length;
      if (rowsAnswered + rows > options.SERVING_SESSION_ROWS_MAX) {
        throw servingErrors.make.session_full({ rows: rowsAnswered });
      }
      const allowance = allowances.find(({ left }) => left >= rows);
      if (!allowance) throw servingErrors.make.no_allowance({ rows });
      allowance.left -= rows;
      rowsAnswered += rows;
      columns ??= table.columns;
      chosen.push({ waiting, values: table.values, text, basis: allowance.basis });
    } catch (error) {
      waiting.reject(error);
    }
  }
  return { chosen, columns, later };
}

function answerAgain(waiting: Waiting, text: string, { answered }: Prepared): boolean {
  const before = answered.get(waiting.requestId);
  if (!before) return false;
  if (before.rows !== text) {
    throw servingErrors.make.request_differs({ requestId: waiting.requestId });
  }
  waiting.resolve({ inferenceId: before.id, predictions: predictionsOf(before.predictions) });
  return true;
}

/** What the journal keeps of one answer. */
export function entryOf(
  { waiting, values, text, basis }: Chosen,
  predictions: readonly ServedPrediction[],
  { id, callerId, now }: { id: string; callerId: string; now: string },
): Entry {
  return {
    id,
    row_count: values.length,
    flagged: predictions.filter(({ flag }) => flag === 1).length,
    rows: text,
    predictions: predictionsText(predictions),
    request_id: waiting.requestId,
    caller_id: callerId,
    asked_by: waiting.askedBy,
    basis,
    took_ms: performance.now() - waiting.receivedAt,
    created_at: now,
  };
}
