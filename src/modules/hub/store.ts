import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Cursor } from '#kernel/page.ts';
import type { Card, Repository, RepositoryKind, Revision, RevisionFile } from './entities.ts';

/** The only SQL for the tables of the hub. */

export type RepositoryRow = {
  id: string;
  kind: RepositoryKind;
  owner_id: string;
  name: string;
  title: Words;
  summary: Words;
  audience: Repository['audience'];
  gated: 'auto' | 'manual' | null;
  licence: string;
  tags: string[];
  sector: string | null;
  task: string | null;
  state: Repository['state'];
  head_digest: string | null;
  revisions_count: number;
  created_at: Date;
  updated_at: Date;
};

export type RevisionRow = {
  repository_id: string;
  digest: string;
  number: number;
  parent_digest: string | null;
  message: string;
  request_key: string | null;
  author_id: string;
  files_count: number;
  size_bytes: number;
  cautions_count: number;
  card: Card | null;
  published_at: Date;
};

export const repositoryColumns = sql`hub_repositories.id, kind, owner_id, name, title, summary, audience,
  gated, licence, tags, sector, task, state, head_digest, revisions_count, created_at, updated_at`;
export const revisionColumns = sql`repository_id, digest, number, parent_digest, message, request_key,
  author_id, files_count, size_bytes, cautions_count, card, published_at`;
const fileColumns = sql`path, digest, size_bytes as "sizeBytes", media_type as "mediaType", caution`;

/** The id of every listed repository, for `access.visible`. */
export const repositoryIdColumn: RawBuilder<unknown> = sql.ref('hub_repositories.id');

export async function insertRepository(tx: Executor, row: RepositoryRow): Promise<void> {
  await sql`
    insert into hub_repositories (id, kind, owner_id, name, title, summary, audience, gated,
      licence, tags, sector, task, state, head_digest, revisions_count, created_at, updated_at,
      labels)
    values (${row.id}, ${row.kind}, ${row.owner_id}, ${row.name}, ${json(row.title)},
      ${json(row.summary)}, ${row.audience}, ${row.gated}, ${row.licence}, ${texts(row.tags)}, ${row.sector},
      ${row.task}, ${row.state}, ${row.head_digest}, ${row.revisions_count}, ${row.created_at},
      ${row.updated_at}, ${labelsOf(row)})`.execute(tx);
}

/** By what clients of the Hub list it: its own tags and those of the card of its latest revision. */
const labelsOf = (row: RepositoryRow) =>
  sql`hub_labels(${texts(row.tags)}, ${row.task}::text, ${row.licence}, (
    select card from hub_revisions where repository_id = ${row.id} and digest = ${row.head_digest}))`;

export async function readRepository(db: Executor, id: string): Promise<RepositoryRow | null> {
  const { rows } = await sql<RepositoryRow>`
    select ${repositoryColumns} from hub_repositories where id = ${id}`.execute(db);
  return rows[0] ?? null;
}

/** Reads a repository and holds it until the transaction ends: its changes happen one by one. */
export async function lockRepository(tx: Executor, id: string): Promise<RepositoryRow | null> {
  const { rows } = await sql<RepositoryRow>`
    select ${repositoryColumns} from hub_repositories where id = ${id} for update`.execute(tx);
  return rows[0] ?? null;
}

/** Writes every column that may change. */
export async function updateRepository(tx: Executor, row: RepositoryRow): Promise<void> {
  await sql`
    update hub_repositories set owner_id = ${row.owner_id}, name = ${row.name}, title = ${json(row.title)},
      summary = ${json(row.summary)}, audience = ${row.audience}, gated = ${row.gated}, licence = ${row.licence},
      tags = ${texts(row.tags)}, sector = ${row.sector}, task = ${row.task}, state = ${row.state},
      head_digest = ${row.head_digest}, revisions_count = ${row.revisions_count},
      updated_at = ${row.updated_at}, labels = ${labelsOf(row)}
    where id = ${row.id}`.execute(tx);
}

export type RepositoryFilter = {
  q?: string | undefined;
  kind?: string | undefined;
  ownerId?: string | undefined;
  audience?: string | undefined;
  licence?: string | undefined;
  tag?: string | undefined;
  sector?: string | undefined;
  task?: string | undefined;
  state: string;
  visible: RawBuilder<boolean>;
};

type RepositorySort = 'updated' | 'created' | 'name';

function matching(filter: RepositoryFilter): RawBuilder<unknown> {
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  const parts = [
    sql`state = ${filter.state}`,
    ...equal('kind', filter.kind),
    ...equal('owner_id', filter.ownerId),
    ...equal('audience', filter.audience),
    ...equal('licence', filter.licence),
    ...equal('sector', filter.sector),
    ...equal('task', filter.task),
    ...(filter.tag === undefined ? [] : [sql`tags @> ${listOf([filter.tag])}`]),
    ...(filter.q ? [holding(filter.q)] : []),
    filter.visible,
  ];
  return sql.join(parts, sql` and `);
}

/** As an array whose words the planner sees, so that it knows rare ones from common ones. */
export const listOf = (words: readonly string[]) => sql`array[${sql.join(words)}]::text[]`;

/** Rows that have these words in name, title, summary or tags, whatever the case of their letters. */
export function holding(words: string): RawBuilder<boolean> {
  const pattern = `%${words.replace(/[\\%_]/g, '\\$&')}%`;
  // `like` first: it is the cheaper question where rows are walked, and the index answers the other.
  return sql<boolean>`(search_text like lower(${pattern})
    and search_grams @@ hub_query_grams(lower(${words})))`;
}

/** How many match, and at most `countMax`. */
export async function countRepositories(
  db: Executor,
  filter: RepositoryFilter,
  countMax: number,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 from hub_repositories where ${matching(filter)} limit ${countMax}
    ) as counted`.execute(db);
  return rows[0]?.n ?? 0;
}

export async function listRepositories(
  db: Executor,
  filter: RepositoryFilter,
  page: { sort: RepositorySort; after: Cursor | null; limit: number },
): Promise<RepositoryRow[]> {
  const { after } = page;
  const order =
    page.sort === 'name'
      ? sql`name, hub_repositories.id`
      : sql`${sql.ref(`${page.sort}_at`)} desc, hub_repositories.id desc`;
  const later = !after
    ? sql``
    : page.sort === 'name'
      ? sql`and (name, hub_repositories.id) > (${after.key}, ${after.id})`
      : sql`and (${sql.ref(`${page.sort}_at`)}, hub_repositories.id)
          < (${after.key}::timestamptz, ${after.id})`;
  const { rows } = await sql<RepositoryRow>`
    select ${repositoryColumns} from hub_repositories where ${matching(filter)} ${later}
    order by ${order} limit ${page.limit}`.execute(db);
  return rows;
}

/** Every repository after an id, for those who read all. */
export async function scanRepositories(
  db: Executor,
  afterId: string,
  limit: number,
): Promise<RepositoryRow[]> {
  const { rows } = await sql<RepositoryRow>`
    select ${repositoryColumns} from hub_repositories where id > ${afterId} order by id
    limit ${limit}`.execute(db);
  return rows;
}

export async function insertRevision(
  tx: Executor,
  row: RevisionRow,
  files: readonly RevisionFile[],
): Promise<void> {
  await sql`
    insert into hub_revisions (repository_id, digest, number, parent_digest, message, request_key,
      author_id, files_count, size_bytes, cautions_count, card, published_at)
    values (${row.repository_id}, ${row.digest}, ${row.number}, ${row.parent_digest},
      ${row.message}, ${row.request_key}, ${row.author_id}, ${row.files_count}, ${row.size_bytes},
      ${row.cautions_count}, ${row.card ? json(row.card) : null}, ${row.published_at})
  `.execute(tx);
  await sql`
    insert into hub_files (repository_id, revision_digest, path, digest, size_bytes, media_type,
      caution)
    select ${row.repository_id}, ${row.digest}, path, digest, "sizeBytes", "mediaType", caution
    from jsonb_to_recordset(${json(files)}) as file(path text, digest text, "sizeBytes" bigint,
      "mediaType" text, caution text)`.execute(tx);
}

export async function readRevision(
  db: Executor,
  repositoryId: string,
  digest: string,
): Promise<RevisionRow | null> {
  const { rows } = await sql<RevisionRow>`
    select ${revisionColumns} from hub_revisions
    where repository_id = ${repositoryId} and digest = ${digest}`.execute(db);
  return rows[0] ?? null;
}

export async function readRevisionByKey(
  db: Executor,
  repositoryId: string,
  key: string,
): Promise<RevisionRow | null> {
  const { rows } = await sql<RevisionRow>`
    select ${revisionColumns} from hub_revisions
    where repository_id = ${repositoryId} and request_key = ${key}`.execute(db);
  return rows[0] ?? null;
}

export async function listRevisions(
  db: Executor,
  repositoryId: string,
  page: { beforeNumber: number | null; limit: number },
): Promise<RevisionRow[]> {
  const { rows } = await sql<RevisionRow>`
    select ${revisionColumns} from hub_revisions
    where repository_id = ${repositoryId}
      and (${page.beforeNumber}::integer is null or number < ${page.beforeNumber}::integer)
    order by number desc limit ${page.limit}`.execute(db);
  return rows;
}

/** The repositories that hold a revision, the oldest first. */
export async function repositoriesWith(db: Executor, digest: string): Promise<string[]> {
  const { rows } = await sql<{ repository_id: string }>`
    select repository_id from hub_revisions where digest = ${digest}
    order by published_at, repository_id limit 100`.execute(db);
  return rows.map((row) => row.repository_id);
}

type RevisionRef = { repositoryId: string; revisionDigest: string };

const ofRevision = ({ repositoryId, revisionDigest }: RevisionRef) =>
  sql`repository_id = ${repositoryId} and revision_digest = ${revisionDigest}`;

export async function allFiles(db: Executor, ref: RevisionRef): Promise<RevisionFile[]> {
  const { rows } = await sql<RevisionFile>`
    select ${fileColumns} from hub_files where ${ofRevision(ref)} order by path`.execute(db);
  return rows;
}

export async function readFile(
  db: Executor,
  ref: RevisionRef,
  path: string,
): Promise<RevisionFile | null> {
  const { rows } = await sql<RevisionFile>`
    select ${fileColumns} from hub_files where ${ofRevision(ref)} and path = ${path}`.execute(db);
  return rows[0] ?? null;
}

export async function listFiles(
  db: Executor,
  ref: RevisionRef,
  page: { under: string; afterPath: string | null; limit: number },
): Promise<{ files: RevisionFile[]; total: number }> {
  const under = sql`${ofRevision(ref)} and starts_with(path, ${page.under})`;
  const { rows } = await sql<RevisionFile>`
    select ${fileColumns} from hub_files
    where ${under} and (${page.afterPath}::text is null or path > ${page.afterPath}::text)
    order by path limit ${page.limit}`.execute(db);
  const count = await sql<{ n: number }>`
    select count(*) as n from hub_files where ${under}`.execute(db);
  return { files: rows, total: count.rows[0]?.n ?? 0 };
}

export async function insertUpload(
  tx: Executor,
  upload: { repositoryId: string; digest: string; sizeBytes: number; by: string; at: Date },
): Promise<void> {
  await sql`
    insert into hub_uploads (repository_id, digest, size_bytes, uploaded_by, uploaded_at)
    values (${upload.repositoryId}, ${upload.digest}, ${upload.sizeBytes}, ${upload.by},
      ${upload.at})
    on conflict (repository_id, digest) do update set uploaded_at = excluded.uploaded_at
  `.execute(tx);
}

export async function uploadedBytes(db: Executor, repositoryId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(size_bytes), 0)::bigint as n from hub_uploads
    where repository_id = ${repositoryId}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Sizes of those objects that were uploaded to a repository or are in a revision of it. */
export async function sizesOfOwn(
  db: Executor,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ digest: string; size_bytes: number }>`
    select digest, size_bytes from hub_uploads
    where repository_id = ${repositoryId} and digest = any(${texts(digests)})
    union
    select digest, size_bytes from hub_files
    where repository_id = ${repositoryId} and digest = any(${texts(digests)})`.execute(db);
  return new Map(rows.map((row) => [row.digest, row.size_bytes]));
}

export async function deleteUploads(
  tx: Executor,
  repositoryId: string,
  digests: readonly string[],
): Promise<void> {
  await sql`delete from hub_uploads
    where repository_id = ${repositoryId} and digest = any(${texts(digests)})`.execute(tx);
}

/** Forgets unpublished uploads from before an instant. Returns how many. */
export async function expireUploads(tx: Executor, before: Date): Promise<number> {
  const { rows } = await sql`
    delete from hub_uploads where uploaded_at < ${before} returning digest`.execute(tx);
  return rows.length;
}

export async function digestsInUse(db: Executor, digests: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ digest: string }>`
    select digest from hub_files where digest = any(${texts(digests)})
    union select digest from hub_uploads where digest = any(${texts(digests)})`.execute(db);
  return new Set(rows.map((row) => row.digest));
}

export function revisionOf(row: RevisionRow): Revision {
  return {
    repositoryId: row.repository_id,
    revisionDigest: row.digest,
    number: row.number,
    parentDigest: row.parent_digest,
    message: row.message,
    authorId: row.author_id,
    filesCount: row.files_count,
    sizeBytes: row.size_bytes,
    cautionsCount: row.cautions_count,
    publishedAt: row.published_at.toISOString(),
  };
}

export function repositoryOf(row: RepositoryRow): Repository {
  const { id, kind, name, title, summary, audience, licence, tags, sector, task, state } = row;
  return {
    ...{ id, kind, name, title, summary, audience, licence, tags, sector, task, state },
    ownerId: row.owner_id,
    gated: row.gated ?? false,
    headDigest: row.head_digest,
    revisionsCount: row.revisions_count,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
