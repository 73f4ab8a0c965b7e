import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { servingContract } from './contract.ts';
import { type Cell, predictionsOf, rowOf } from './row-table.ts';
import { listInferences } from './store-journal.ts';

/**
 * The journal of a deployment. Who may see the deployment sees that it was called; rows and answers are for
 * the people of the caller, and for auditors.
 */
export function journalHandlers({
  db,
  access,
}: Kernel): Pick<Handlers<(typeof servingContract)['operations']>, 'listInferences'> {
  return {
    async listInferences({ cursor, limit, ...filter }, { principal }) {
      const audits = (await access.decide(principal, 'serving.journal.read', null)).allowed;
      const own = new Set([principal.id, ...principal.memberships.map((m) => m.organisation)]);
      const before = decodeCursor(cursor)?.id ?? null;
      const page = { before, limit: limit + 1 };
      const { rows, total } = await listInferences(db.read, filter, page);
      const { items, nextCursor } = toPage(rows, limit, ({ id }) => ({ key: id, id }));
      const views = items.map((row) => {
        const shown = audits || own.has(row.caller_id);
        const cells: Cell[][] = shown ? JSON.parse(row.rows) : [];
        return {
          inferenceId: row.id,
          session: row.session,
          callerId: row.caller_id,
          basis: row.basis,
          requestId: row.request_id,
          position: row.position,
          rowCount: row.row_count,
          flagged: row.flagged,
          tookMs: row.took_ms,
          createdAt: row.created_at.toISOString(),
          rows: shown ? cells.map((row_) => rowOf(row.columns, row_)) : null,
          predictions: shown ? predictionsOf(row.predictions) : null,
        };
      });
      return { items: views, total, nextCursor };
    },
  };
}
