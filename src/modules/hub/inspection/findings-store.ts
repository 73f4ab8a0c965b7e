import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type {
  Description,
  Format,
  InspectionState,
  RevisionFindings,
  StoredFinding,
} from './findings-entities.ts';

/** The only SQL for inspections and their sums. */

export type InspectionRow = {
  digest: string;
  extension: string;
  state: InspectionState;
  format: Format | null;
  findings: StoredFinding[];
  inspected_at: Date | null;
};
export type DescribedRow = InspectionRow & { description: Description | null };

type RevisionRef = { repositoryId: string; revisionDigest: string };

/** The extension of a path, as `extensionOf` takes it. */
const extensionOfPath = sql`coalesce(lower(substring(path from '\\.([A-Za-z0-9_]{1,16})$')), '')`;

/**
 * Asks for an inspection of each file of a revision that was not inspected under this kind of name. Idempotent.
 */
export async function askForInspections(
  tx: Executor,
  ref: RevisionRef,
  asked: { inspector: number; at: Date },
): Promise<void> {
  const { repositoryId, revisionDigest } = ref;
  await sql`
    insert into hub_inspections (digest, extension, size_bytes, inspector, state, findings, asked_at)
    select distinct digest, ${extensionOfPath}, size_bytes, ${asked.inspector}::integer, 'waiting',
      '[]'::jsonb, ${asked.at}::timestamptz
    from hub_files
    where repository_id = ${repositoryId} and revision_digest = ${revisionDigest}
    on conflict (digest, extension) do nothing`.execute(tx);
  await sql`
    insert into hub_revision_findings (repository_id, revision_digest, waiting_count, failed_count,
      warning_count, danger_count, stale)
    select repository_id, digest, files_count, 0, 0, 0, true from hub_revisions
    where repository_id = ${repositoryId} and digest = ${revisionDigest}
    on conflict (repository_id, revision_digest) do update set stale = true`.execute(tx);
}

/** Asks again for what an older inspector looked at. Returns how many. */
export async function askAgain(tx: Executor, inspector: number, at: Date): Promise<number> {
  const { rows } = await sql`
    update hub_inspections set state = 'waiting', inspector = ${inspector}, attempts = 0,
      claimed_until = null, asked_at = ${at}
    where inspector < ${inspector} returning digest`.execute(tx);
  if (rows.length > 0) await sql`update hub_revision_findings set stale = true`.execute(tx);
  return rows.length;
}

export type ClaimedFile = {
  digest: string;
  extension: string;
  sizeBytes: number;
  attempts: number;
};

/** Takes the file that waits longest, so that no other server looks at it until `until`. */
export async function claimFile(
  tx: Executor,
  { now, until }: { now: Date; until: Date },
): Promise<ClaimedFile | null> {
  const { rows } = await sql<ClaimedFile>`
    update hub_inspections set claimed_until = ${until}, attempts = attempts + 1
    where (digest, extension) in (
      select digest, extension from hub_inspections
      where state = 'waiting' and (claimed_until is null or claimed_until < ${now})
      order by asked_at limit 1 for update skip locked)
    returning digest, extension, size_bytes as "sizeBytes", attempts`.execute(tx);
  return rows[0] ?? null;
}

/** Gives back what a server took that runs no more. */
export async function releaseAll(tx: Executor): Promise<void> {
  await sql`
    update hub_inspections set claimed_until = null
    where state = 'waiting' and claimed_until is not null`.execute(tx);
}

/** Gives a file back that was not inspected after all. */
export async function releaseFile(tx: Executor, file: ClaimedFile): Promise<void> {
  await sql`
    update hub_inspections set claimed_until = null, attempts = attempts - 1
    where digest = ${file.digest} and extension = ${file.extension} and state = 'waiting'
  `.execute(tx);
}

/** Keeps what was found; every revision with the file is to be summed again. */
export async function keepInspection(tx: Executor, row: DescribedRow): Promise<void> {
  await sql`
    update hub_inspections set state = ${row.state}, format = ${row.format},
      findings = ${json(row.findings)}, inspected_at = ${row.inspected_at},
      description = ${row.description ? json(row.description) : null}, claimed_until = null
    where digest = ${row.digest} and extension = ${row.extension}`.execute(tx);
  await sql`
    update hub_revision_findings sums set stale = true
    from hub_files files
    where files.digest = ${row.digest} and files.repository_id = sums.repository_id
      and files.revision_digest = sums.revision_digest and not sums.stale`.execute(tx);
}

/** Sums up some revisions whose files were inspected meanwhile. Returns their repositories. */
export async function sumRevisions(tx: Executor, limit: number): Promise<string[]> {
  const { rows } = await sql<{ repository_id: string }>`
    with stale as (
      select repository_id, revision_digest from hub_revision_findings
      where stale order by repository_id limit ${limit} for update skip locked
    ), sums as (
      select stale.repository_id, stale.revision_digest,
        count(files.path) filter (where coalesce(found.state, 'waiting') = 'waiting') as waiting,
        count(*) filter (where found.state = 'failed') as failed,
        count(*) filter (where found.state = 'warning') as warning,
        count(*) filter (where found.state = 'danger') as danger
      from stale
      left join hub_files files on files.repository_id = stale.repository_id
        and files.revision_digest = stale.revision_digest
      left join hub_inspections found on found.digest = files.digest
        and found.extension = ${extensionOfPath}
      group by stale.repository_id, stale.revision_digest
    )
    update hub_revision_findings target set stale = false, waiting_count = sums.waiting,
      failed_count = sums.failed, warning_count = sums.warning, danger_count = sums.danger
    from sums
    where target.repository_id = sums.repository_id
      and target.revision_digest = sums.revision_digest
    returning target.repository_id`.execute(tx);
  return [...new Set(rows.map((row) => row.repository_id))];
}

const inspectionColumns = sql`digest, extension, state, format, findings, inspected_at`;

/** What is known of these contents, under every kind of name. */
export async function readInspections(
  db: Executor,
  digests: readonly string[],
): Promise<InspectionRow[]> {
  const { rows } = await sql<InspectionRow>`
    select ${inspectionColumns} from hub_inspections where digest = any(${texts(digests)})
  `.execute(db);
  return rows;
}

export async function readInspection(
  db: Executor,
  digest: string,
  extension: string,
): Promise<DescribedRow | null> {
  const { rows } = await sql<DescribedRow>`
    select ${inspectionColumns}, description from hub_inspections
    where digest = ${digest} and extension = ${extension}`.execute(db);
  return rows[0] ?? null;
}

type Sum = Omit<RevisionFindings, 'state'> & { repositoryId: string };

const sumColumns = sql`repository_id as "repositoryId", waiting_count as "waitingCount",
  failed_count as "failedCount", warning_count as "warningCount", danger_count as "dangerCount"`;

async function readSums(db: Executor, where: RawBuilder<unknown>): Promise<Sum[]> {
  const { rows } = await sql<Sum>`
    select ${sumColumns} from hub_revision_findings where ${where}`.execute(db);
  return rows;
}

/** Null where its fact was not handled yet. */
export async function readSum(db: Executor, ref: RevisionRef): Promise<Sum | null> {
  const { repositoryId, revisionDigest } = ref;
  const sums = await readSums(
    db,
    sql`repository_id = ${repositoryId} and revision_digest = ${revisionDigest}`,
  );
  return sums[0] ?? null;
}

/** The sums of the latest revisions of these repositories. */
export async function readHeadSums(db: Executor, ids: readonly string[]): Promise<Sum[]> {
  return readSums(
    db,
    sql`(repository_id, revision_digest) in (
      select id, head_digest from hub_repositories where id = any(${texts(ids)}))`,
  );
}
