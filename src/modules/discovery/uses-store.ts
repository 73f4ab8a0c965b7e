import { type RawBuilder, sql } from 'kysely';
import { type Executor, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Shown } from './store.ts';
import type { UsesRelation } from './uses-relations.ts';

/** The only SQL for what uses revisions. */

export type UseRow = {
  revision_digest: string;
  kind: string;
  id: string;
  /** `received` and `registered` are kept to understand later facts, and never shown. */
  relation: UsesRelation | 'received' | 'registered';
  since: Date;
  score: number | null;
  /** Of a measurement, with its version: `accuracy/1`. */
  metric: string | null;
  valid_until: Date | null;
};

export const useIdColumn: RawBuilder<unknown> = sql.ref('uses.id');

export async function insertUse(tx: Executor, row: UseRow): Promise<void> {
  await sql`
    insert into discovery_uses (revision_digest, kind, id, relation, since, score, metric,
      valid_until)
    values (${row.revision_digest}, ${row.kind}, ${row.id}, ${row.relation}, ${row.since},
      ${row.score}, ${row.metric}, ${row.valid_until})
    on conflict (revision_digest, kind, id, relation) do nothing`.execute(tx);
}

/** Ends the uses by something; the revisions that it used. */
export async function endUses(tx: Executor, kind: string, id: string, at: Date): Promise<string[]> {
  const { rows } = await sql<{ revision_digest: string }>`
    update discovery_uses set ended_at = ${at} where kind = ${kind} and id = ${id}
    returning revision_digest`.execute(tx);
  return rows.map((row) => row.revision_digest);
}

/** The revision that something used, by an earlier fact. */
export async function revisionUsedBy(
  tx: Executor,
  kind: string,
  id: string,
): Promise<string | null> {
  const { rows } = await sql<{ revision_digest: string }>`
    select revision_digest from discovery_uses where kind = ${kind} and id = ${id}
    order by since desc limit 1`.execute(tx);
  return rows[0]?.revision_digest ?? null;
}

/** Those of the revisions for which a certificate or a measurement stands. */
export async function measuredOf(
  db: Executor,
  digests: readonly string[],
  now: Date,
): Promise<Set<string>> {
  if (digests.length === 0) return new Set();
  const { rows } = await sql<{ revision_digest: string }>`
    select distinct revision_digest from discovery_uses
    where revision_digest = any(${texts(digests)}) and relation = 'measured'
      and ended_at is null and (valid_until is null or valid_until > ${now})`.execute(db);
  return new Set(rows.map((row) => row.revision_digest));
}

/** Revisions whose entries still stand as measured though nothing measured of theirs holds any longer. */
export async function expiredRevisions(db: Executor, now: Date): Promise<string[]> {
  const { rows } = await sql<{ revision_digest: string }>`
    select distinct revision_digest from discovery_entries e
    where standing = 2 and not exists (
      select from discovery_uses u where u.revision_digest = e.revision_digest
        and relation = 'measured' and ended_at is null
        and (valid_until is null or valid_until > ${now}))`.execute(db);
  return rows.map((row) => row.revision_digest);
}

export type ShownUse = Omit<UseRow, 'metric'> & {
  title: Words | null;
  href: string | null;
  relation: UsesRelation;
};

/** Uses of a revision that stand and show, the latest first, and how many there are. */
export async function listUses(
  db: Executor,
  asked: { revisionDigest: string; shown: Shown; now: Date; offset: number; limit: number },
): Promise<{ rows: ShownUse[]; total: number }> {
  const { revisionDigest, shown, now } = asked;
  const seen = shown.map((each) => sql`(uses.kind = ${each.kind} and ${each.visible})`);
  const standing = sql`
    from discovery_uses uses where uses.revision_digest = ${revisionDigest}
      and uses.relation not in ('received', 'registered') and uses.ended_at is null
      and (uses.valid_until is null or uses.valid_until > ${now})
      and (${sql.join(seen, sql` or `)})`;
  const { rows } = await sql<ShownUse>`
    select uses.revision_digest, uses.kind, uses.id, uses.relation, uses.since, uses.score,
      uses.valid_until, e.title, e.href
    from (select revision_digest, kind, id, relation, since, score, valid_until ${standing}
      order by since desc, kind, id, relation limit ${asked.limit} offset ${asked.offset}) as uses
    left join discovery_entries e on e.kind = uses.kind and e.id = uses.id
    order by uses.since desc, uses.kind, uses.id, uses.relation`.execute(db);
  const counted = await sql<{ n: number }>`select count(*) as n ${standing}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

export type MeasuredResult = { id: string; metric: string; score: number };

/** The latest measurement of each of the revisions, by its digest. */
export async function lastMeasured(
  db: Executor,
  digests: readonly string[],
): Promise<Map<string, MeasuredResult>> {
  if (digests.length === 0) return new Map();
  const { rows } = await sql<MeasuredResult & { revision_digest: string }>`
    select distinct on (revision_digest) revision_digest, id, metric, score from discovery_uses
    where revision_digest = any(${texts(digests)}) and kind = 'measurement'
      and relation = 'measured' and ended_at is null
    order by revision_digest, since desc, id desc`.execute(db);
  return new Map(rows.map(({ revision_digest, ...result }) => [revision_digest, result]));
}
