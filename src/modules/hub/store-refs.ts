import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';
import type { Cursor } from '#kernel/page.ts';
import type { Card, RepositoryKind } from './entities.ts';
import {
  holding,
  listOf,
  type RepositoryRow,
  type RevisionRow,
  repositoryColumns,
  revisionColumns,
} from './store.ts';

/** SQL for branches, tags and upload tickets, and for finding repositories as clients of the Hub do. */

export type RefKind = 'branch' | 'tag';

export type RefRow = {
  repository_id: string;
  kind: RefKind;
  name: string;
  revision_digest: string | null;
  message: string;
  set_by: string;
  set_at: Date;
};

const refColumns = sql`repository_id, kind, name, revision_digest, message, set_by, set_at`;

export async function readRef(
  db: Executor,
  repositoryId: string,
  kind: RefKind,
  name: string,
): Promise<RefRow | null> {
  const { rows } = await sql<RefRow>`
    select ${refColumns} from hub_refs
    where repository_id = ${repositoryId} and kind = ${kind} and name = ${name}`.execute(db);
  return rows[0] ?? null;
}

export async function listRefs(
  db: Executor,
  repositoryId: string,
  limit: number,
): Promise<RefRow[]> {
  const { rows } = await sql<RefRow>`
    select ${refColumns} from hub_refs where repository_id = ${repositoryId}
    order by kind, name limit ${limit}`.execute(db);
  return rows;
}

/** Creates a branch or tag, or moves it. */
export async function upsertRef(tx: Executor, row: RefRow): Promise<void> {
  await sql`
    insert into hub_refs (repository_id, kind, name, revision_digest, message, set_by, set_at)
    values (${row.repository_id}, ${row.kind}, ${row.name}, ${row.revision_digest},
      ${row.message}, ${row.set_by}, ${row.set_at})
    on conflict (repository_id, kind, name) do update
      set revision_digest = excluded.revision_digest, message = excluded.message,
        set_by = excluded.set_by, set_at = excluded.set_at`.execute(tx);
}

export async function deleteRef(
  tx: Executor,
  repositoryId: string,
  kind: RefKind,
  name: string,
): Promise<void> {
  await sql`delete from hub_refs
    where repository_id = ${repositoryId} and kind = ${kind} and name = ${name}`.execute(tx);
}

/** The digest of the revision of a repository whose digest begins so; the oldest of several. */
export async function findRevisionDigest(
  db: Executor,
  repositoryId: string,
  prefix: string,
): Promise<string | null> {
  const { rows } = await sql<{ digest: string }>`
    select digest from hub_revisions
    where repository_id = ${repositoryId} and starts_with(digest, ${prefix})
    order by number limit 1`.execute(db);
  return rows[0]?.digest ?? null;
}

/** A revision and those before it by parent, the latest first, with the count of all. */
export async function listAncestry(
  db: Executor,
  { repositoryId, revisionDigest }: { repositoryId: string; revisionDigest: string },
  page: { offset: number; limit: number },
): Promise<{ rows: RevisionRow[]; total: number }> {
  const chain = sql`
    with recursive chain (link, up, depth) as (
      select digest, parent_digest, 0 from hub_revisions
      where repository_id = ${repositoryId} and digest = ${revisionDigest}
      union all
      select older.digest, older.parent_digest, depth + 1
      from chain join hub_revisions older
        on older.repository_id = ${repositoryId} and older.digest = chain.up
    )`;
  const { rows } = await sql<RevisionRow>`
    ${chain} select ${revisionColumns} from chain
    join hub_revisions on repository_id = ${repositoryId} and digest = link
    order by depth offset ${page.offset} limit ${page.limit}`.execute(db);
  const count = await sql<{ n: number }>`${chain} select count(*) as n from chain`.execute(db);
  return { rows, total: count.rows[0]?.n ?? 0 };
}

export async function readRepositoryNamed(
  db: Executor,
  ownerId: string,
  name: string,
): Promise<RepositoryRow | null> {
  const { rows } = await sql<RepositoryRow>`
    select ${repositoryColumns} from hub_repositories
    where owner_id = ${ownerId} and name = ${name}`.execute(db);
  return rows[0] ?? null;
}

export type ListedRow = RepositoryRow & { head_card: Card | null };

type HubFilter = {
  kind: RepositoryKind;
  search: string;
  /** Each has to be a tag, task, library, licence (as `license:…`) or language of it or its card. */
  labels: readonly string[];
  ownerId: string | null;
  visible: RawBuilder<boolean>;
};

/** Active repositories with the card of their latest revision, the last changed or created first. */
export async function listWithCards(
  db: Executor,
  filter: HubFilter,
  page: { sort: 'updated' | 'created'; after: Cursor | null; limit: number },
): Promise<ListedRow[]> {
  const { after } = page;
  const column = sql.ref(`hub_repositories.${page.sort}_at`);
  const conditions = [
    sql`kind = ${filter.kind}`,
    sql`state = 'active'`,
    ...(filter.ownerId === null ? [] : [sql`owner_id = ${filter.ownerId}`]),
    ...(filter.search === '' ? [] : [holding(filter.search)]),
    ...(filter.labels.length === 0 ? [] : [sql`labels @> ${listOf(filter.labels)}`]),
    ...(after
      ? [sql`(${column}, hub_repositories.id) < (${after.key}::timestamptz, ${after.id})`]
      : []),
    filter.visible,
  ];
  const { rows } = await sql<ListedRow>`
    select ${repositoryColumns}, head.card as head_card from hub_repositories
    left join hub_revisions head
      on head.repository_id = hub_repositories.id and head.digest = head_digest
    where ${sql.join(conditions, sql` and `)}
    order by ${column} desc, hub_repositories.id desc limit ${page.limit}`.execute(db);
  return rows;
}

export type TicketRow = {
  token_hash: Uint8Array;
  repository_id: string;
  digest: string;
  size_bytes: number;
  given_to: string;
  expires_at: Date;
};

export async function insertTickets(tx: Executor, rows: readonly TicketRow[]): Promise<void> {
  for (const row of rows) {
    await sql`
      insert into hub_tickets (token_hash, repository_id, digest, size_bytes, given_to, expires_at)
      values (${row.token_hash}, ${row.repository_id}, ${row.digest}, ${row.size_bytes},
        ${row.given_to}, ${row.expires_at})`.execute(tx);
  }
}

export async function readTicket(
  db: Executor,
  tokenHash: Uint8Array,
  now: Date,
): Promise<TicketRow | null> {
  const { rows } = await sql<TicketRow>`
    select token_hash, repository_id, digest, size_bytes, given_to, expires_at from hub_tickets
    where token_hash = ${tokenHash} and expires_at > ${now}`.execute(db);
  return rows[0] ?? null;
}

export async function expireTickets(tx: Executor, now: Date): Promise<void> {
  await sql`delete from hub_tickets where expires_at <= ${now}`.execute(tx);
}
