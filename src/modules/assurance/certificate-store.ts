import { type RawBuilder, sql } from 'kysely';
import { type Executor, json } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Cursor } from '#kernel/page.ts';

/** The only SQL for certificates. */

export type CertificateRow = {
  id: string;
  evaluation_id: string;
  basis: string;
  holder_id: string;
  issuer_id: string;
  document: Record<string, Json>;
  document_digest: string;
  issued_fact_id: string;
  issued_at: Date;
  valid_until: Date;
  revoked_at: Date | null;
  revoked_by: string | null;
  revoked_reason: string | null;
  revoked_fact_id: string | null;
  /** Of the evaluation, as it stands now. */
  method: string | null;
  attested_fact_id: string | null;
  attested_by: string | null;
  disclosed_at: Date | null;
  score_fact_id: string;
};

type NewCertificate = Pick<
  CertificateRow,
  | 'id'
  | 'evaluation_id'
  | 'basis'
  | 'holder_id'
  | 'issuer_id'
  | 'document'
  | 'document_digest'
  | 'issued_fact_id'
  | 'issued_at'
  | 'valid_until'
>;

const columns = sql`c.id, c.evaluation_id, c.basis, c.holder_id, c.issuer_id, c.document,
  c.document_digest, c.issued_fact_id, c.issued_at, c.valid_until, c.revoked_at, c.revoked_by,
  c.revoked_reason, c.revoked_fact_id, e.method, e.attested_fact_id, e.attested_by, e.disclosed_at,
  e.score_fact_id`;
const tables = sql`assurance_certificates c
  join assurance_evaluations e on e.id = c.evaluation_id`;

export async function insertCertificate(tx: Executor, row: NewCertificate): Promise<void> {
  await sql`
    insert into assurance_certificates (id, evaluation_id, basis, holder_id, issuer_id, document,
      document_digest, issued_fact_id, issued_at, valid_until)
    values (${row.id}, ${row.evaluation_id}, ${row.basis}, ${row.holder_id}, ${row.issuer_id},
      ${json(row.document)}, ${row.document_digest}, ${row.issued_fact_id}, ${row.issued_at},
      ${row.valid_until})`.execute(tx);
}

export async function findCertificate(
  tx: Executor,
  evaluationId: string,
  basis: string,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from assurance_certificates
    where evaluation_id = ${evaluationId} and basis = ${basis}`.execute(tx);
  return rows[0]?.id ?? null;
}

/** With `lock`, held until the transaction ends. */
export async function readCertificate(
  executor: Executor,
  id: string,
  options: { lock?: boolean } = {},
): Promise<CertificateRow | null> {
  const lock = options.lock ? sql`for update of c` : sql``;
  const { rows } = await sql<CertificateRow>`
    select ${columns} from ${tables} where c.id = ${id} ${lock}`.execute(executor);
  return rows[0] ?? null;
}

export async function recordRevocation(
  tx: Executor,
  id: string,
  revoked: { at: Date; by: string; reason: string; factId: string },
): Promise<void> {
  await sql`
    update assurance_certificates set revoked_at = ${revoked.at}, revoked_by = ${revoked.by},
      revoked_reason = ${revoked.reason}, revoked_fact_id = ${revoked.factId}
    where id = ${id}`.execute(tx);
}

export type CertificateFilter = {
  q?: string | undefined;
  state?: 'valid' | 'expired' | 'revoked' | undefined;
  holderId?: string | undefined;
  revisionDigest?: string | undefined;
  evaluationId?: string | undefined;
  now: Date;
};

function matching(filter: CertificateFilter): RawBuilder<unknown> {
  const { q, state, now } = filter;
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  const pattern = `%${(q ?? '').replace(/[\\%_]/g, '\\$&')}%`;
  const states = {
    revoked: sql`c.revoked_at is not null`,
    expired: sql`c.revoked_at is null and c.valid_until <= ${now}`,
    valid: sql`c.revoked_at is null and c.valid_until > ${now}`,
  };
  const parts = [
    sql`true`,
    ...equal('c.holder_id', filter.holderId),
    ...equal('c.evaluation_id', filter.evaluationId),
    ...equal('e.revision_digest', filter.revisionDigest),
    ...(state ? [states[state]] : []),
    ...(q
      ? [
          sql`concat_ws(' ', c.document->'title'->>'zh', c.document->'title'->>'en',
            c.document->'holder'->>'name') ilike ${pattern}`,
        ]
      : []),
  ];
  return sql.join(parts, sql` and `);
}

export async function countCertificates(db: Executor, filter: CertificateFilter): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${tables} where ${matching(filter)}`.execute(db);
  return rows[0]?.n ?? 0;
}

export async function listCertificates(
  db: Executor,
  filter: CertificateFilter,
  page: { after: Cursor | null; limit: number },
): Promise<CertificateRow[]> {
  const { after } = page;
  const later = after
    ? sql`and (c.issued_at, c.id) < (${after.key}::timestamptz, ${after.id})`
    : sql``;
  const { rows } = await sql<CertificateRow>`
    select ${columns} from ${tables} where ${matching(filter)} ${later}
    order by c.issued_at desc, c.id desc limit ${page.limit}`.execute(db);
  return rows;
}
