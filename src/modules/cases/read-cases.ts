import { sql } from 'kysely';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { type Cursor, decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { Engine } from './case-record.ts';
import { detailOf, partiesShown, summaryOf } from './case-view.ts';
import type { CaseView, SummaryView } from './contract.ts';
import { subjectsOfPrincipal } from './parties-of-case.ts';
import * as store from './store.ts';

type ListInput = {
  scope: 'decide' | 'mine' | 'all';
  state?: 'open' | 'closed' | undefined;
  procedure?: string | undefined;
  subjectId?: string | undefined;
  query?: string | undefined;
  sort: 'due' | 'newest';
  cursor?: string | undefined;
  limit: number;
};

/** A page of the cases that the caller may see. */
export async function listCases(
  input: ListInput,
  engine: Engine,
  call: Call,
): Promise<{ items: SummaryView[]; total: number; nextCursor: string | null }> {
  const { kernel } = engine;
  const filter = {
    ...filterOf(kernel, call),
    scope: input.scope,
    state: input.state,
    procedure: input.procedure,
    subjectId: input.subjectId,
    query: input.query?.trim(),
    sort: input.sort,
  };
  const cursor = timeCursor(input.cursor);
  const { rows, total } = await store.listCases(kernel.db.read, filter, {
    cursor,
    limit: input.limit,
  });
  const page = toPage(rows, input.limit, (row) => store.placeOf(row, input.sort));
  const now = kernel.clock.now();
  const names = await engine.partyNames([...new Set(page.items.map((row) => row.owner_id))]);
  const items = page.items.map((row) => summaryOf(row, names, now));
  return { ...page, items, total };
}

/** One case as the caller may see it. The caller has passed `cases.case.read`. */
export async function readCase(caseId: string, engine: Engine, call: Call): Promise<CaseView> {
  const { kernel } = engine;
  const tx = kernel.db.read;
  const filter = { ...filterOf(kernel, call), caseId, visible: sql<boolean>`true` };
  const { rows } = await store.listCases(tx, filter, { cursor: null, limit: 1 });
  const [row] = rows;
  if (!row) throw kernelErrors.make.missing({ id: caseId });
  const { party, owner } = await standingOf(row, kernel, call);
  const parts = {
    row,
    steps: await store.readSteps(tx, caseId),
    objections: await store.readObjections(tx, caseId),
    events: await store.readEvents(tx, caseId),
  };
  const reader = { principal: call.principal, party, owner };
  const names = await engine.partyNames(partiesShown(parts, party));
  return detailOf(parts, reader, names, kernel.clock.now());
}

/** Whether the caller is a party to a case: owner, opener or among its deciders. */
export async function standingOf(
  row: Pick<store.CaseRow, 'id' | 'owner_id' | 'opened_by'>,
  kernel: Kernel,
  call: Call,
): Promise<{ party: boolean; owner: boolean }> {
  const subjects = subjectsOfPrincipal(call.principal);
  const owner = subjects.includes(row.owner_id);
  const party =
    owner ||
    subjects.includes(row.opened_by) ||
    (await store.decidedOn(kernel.db.read, row.id, subjects));
  return { party, owner };
}

function filterOf(kernel: Kernel, call: Call): store.ListFilter {
  return {
    scope: 'all',
    state: undefined,
    procedure: undefined,
    subjectId: undefined,
    query: undefined,
    caseId: undefined,
    sort: 'newest',
    subjects: subjectsOfPrincipal(call.principal),
    visible: kernel.access.visible(call.principal, 'cases.case.read', sql.ref('c.id')),
  };
}

// A cursor that anybody can write reaches SQL as a time and an identifier, so it must be both.
function timeCursor(text: string | undefined): Cursor | null {
  const cursor = decodeCursor(text);
  if (cursor === null) return null;
  const time = new Date(cursor.key);
  if (Number.isNaN(time.getTime()) || !/^\w+$/.test(cursor.id)) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  return { key: time.toISOString(), id: cursor.id };
}
