import { type RawBuilder, sql } from 'kysely';
import { type Executor, json } from '#kernel/db.ts';
import type { Cursor } from '#kernel/page.ts';
import type { AccessRequest, GivenAnswers, RequestState } from './gate-entities.ts';

/** SQL for requests for access to gated repositories. */

export type AccessRequestRow = {
  id: string;
  repository_id: string;
  party_id: string;
  state: RequestState;
  answers: GivenAnswers;
  reason: string;
  asked_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
};

const columns = sql`id, repository_id, party_id, state, answers, reason, asked_at, decided_by, decided_at`;

/** Which request of a repository: by its id, or by who asked. */
export type WhichRequest = { requestId: string } | { partyId: string };

const named = (which: WhichRequest) =>
  'requestId' in which ? sql`id = ${which.requestId}` : sql`party_id = ${which.partyId}`;

export async function readRequest(
  db: Executor,
  repositoryId: string,
  which: WhichRequest,
): Promise<AccessRequestRow | null> {
  const { rows } = await sql<AccessRequestRow>`
    select ${columns} from hub_access_requests
    where repository_id = ${repositoryId} and ${named(which)}`.execute(db);
  return rows[0] ?? null;
}

/** Writes a request, or what changed of it. */
export async function upsertRequest(tx: Executor, row: AccessRequestRow): Promise<void> {
  await sql`
    insert into hub_access_requests (id, repository_id, party_id, state, answers, reason, asked_at,
      decided_by, decided_at)
    values (${row.id}, ${row.repository_id}, ${row.party_id}, ${row.state}, ${json(row.answers)},
      ${row.reason}, ${row.asked_at}, ${row.decided_by}, ${row.decided_at})
    on conflict (id) do update set state = excluded.state, answers = excluded.answers,
      reason = excluded.reason, asked_at = excluded.asked_at, decided_by = excluded.decided_by,
      decided_at = excluded.decided_at`.execute(tx);
}

/** The requests of a repository, the latest first, with the count of all in that state. */
export async function listRequests(
  db: Executor,
  filter: { repositoryId: string; state: RequestState | undefined },
  page: { after: Cursor | null; limit: number },
): Promise<{ rows: AccessRequestRow[]; total: number }> {
  const { after } = page;
  const wanted: RawBuilder<unknown> = sql`repository_id = ${filter.repositoryId}
    ${filter.state === undefined ? sql`` : sql`and state = ${filter.state}`}`;
  const older = after ? sql`and (asked_at, id) < (${after.key}::timestamptz, ${after.id})` : sql``;
  const { rows } = await sql<AccessRequestRow>`
    select ${columns} from hub_access_requests where ${wanted} ${older}
    order by asked_at desc, id desc limit ${page.limit}`.execute(db);
  const count = await sql<{ n: number }>`
    select count(*) as n from hub_access_requests where ${wanted}`.execute(db);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

/** What was asked of a former owner is nothing for the next one to read. */
export async function forgetRequests(tx: Executor, repositoryId: string): Promise<void> {
  await sql`delete from hub_access_requests where repository_id = ${repositoryId}`.execute(tx);
}

export function accessRequestOf(row: AccessRequestRow): AccessRequest {
  return {
    repositoryId: row.repository_id,
    partyId: row.party_id,
    answers: row.answers,
    decidedBy: row.decided_by,
    ...ownRequestOf(row),
  };
}

/** What an asker sees of its own request. */
export function ownRequestOf({ id, state, reason, asked_at, decided_at }: AccessRequestRow) {
  return {
    ...{ requestId: id, state, reason, askedAt: asked_at.toISOString() },
    decidedAt: decided_at?.toISOString() ?? null,
  };
}
