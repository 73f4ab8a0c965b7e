import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import type { Cursor } from '#kernel/page.ts';
import type { Answers } from './answer-sheet.ts';
import type { Refusal } from './entities.ts';
import type { AppliedRule } from './tier.ts';
import type { Tier } from './tier-rules.ts';

/** The only SQL for assessments and approvals. */

export type AssessmentRow = {
  id: string;
  certificate_id: string;
  title: Words;
  owner_id: string;
  purpose: string;
  answers: Answers;
  rules_version: string;
  tier: Tier;
  rules: AppliedRule[];
  sheet_digest: string;
  assessed_by: string;
  assessed_at: Date;
  published: boolean;
};

/** What may be deployed, exactly as the certificate's evaluation ran it. */
export type ApprovedProgram = {
  ownerId: string;
  repositoryId: string;
  revisionDigest: string;
  entry: string;
  environment: 'javascript' | 'python';
  environmentDigest: string;
  options: Record<string, Json>;
  optionsDigest: string;
};

export type ApprovalRow = {
  id: string;
  assessment_id: string;
  certificate_id: string;
  owner_id: string;
  purpose: string;
  districts: string[];
  automation: Answers['automation'];
  state: 'requested' | 'approved' | 'refused' | 'withdrawn';
  refusal: Refusal | null;
  program: ApprovedProgram;
  program_id: string | null;
  case_id: string;
  grants: string[];
  valid_until: Date;
  requested_by: string;
  requested_at: Date;
  decided_at: Date | null;
  withdrawn_by: string | null;
  withdrawn_reason: string | null;
  withdrawn_at: Date | null;
  /** Of its assessment. */
  title: Words;
  tier: Tier;
  use: string;
};

const assessmentColumns = sql`id, certificate_id, title, owner_id, purpose, answers, rules_version,
  tier, rules, sheet_digest, assessed_by, assessed_at, published`;
const approvalColumns = sql`a.id, a.assessment_id, a.certificate_id, a.owner_id, a.purpose,
  a.districts, a.automation, a.state, a.refusal, a.program, a.program_id, a.case_id, a.grants,
  a.valid_until,
  a.requested_by, a.requested_at, a.decided_at, a.withdrawn_by, a.withdrawn_reason, a.withdrawn_at,
  s.title, s.tier, s.purpose as use`;
const approvalTables = sql`governance_approvals a
  join governance_assessments s on s.id = a.assessment_id`;

/** False where the same sheet was assessed before. */
export async function insertAssessment(
  tx: Executor,
  row: Omit<AssessmentRow, 'published'>,
): Promise<boolean> {
  const { rows } = await sql`
    insert into governance_assessments (id, certificate_id, title, owner_id, purpose, answers,
      rules_version, tier, rules, sheet_digest, assessed_by, assessed_at)
    values (${row.id}, ${row.certificate_id}, ${json(row.title)}, ${row.owner_id}, ${row.purpose},
      ${json(row.answers)}, ${row.rules_version}, ${row.tier}, ${json(row.rules)},
      ${row.sheet_digest}, ${row.assessed_by}, ${row.assessed_at})
    on conflict (sheet_digest) do nothing
    returning id`.execute(tx);
  return rows.length > 0;
}

export async function readAssessment(
  executor: Executor,
  by: { id: string } | { sheetDigest: string },
  options: { lock?: boolean } = {},
): Promise<AssessmentRow | null> {
  const match = 'id' in by ? sql`id = ${by.id}` : sql`sheet_digest = ${by.sheetDigest}`;
  const { rows } = await sql<AssessmentRow>`
    select ${assessmentColumns} from governance_assessments
    where ${match} ${options.lock ? sql`for update` : sql``}`.execute(executor);
  return rows[0] ?? null;
}

export async function publishAssessment(tx: Executor, id: string): Promise<void> {
  await sql`update governance_assessments set published = true where id = ${id}`.execute(tx);
}

export type AssessmentFilter = {
  certificateId?: string | undefined;
  ownerId?: string | undefined;
  tier?: Tier | undefined;
  visible(idColumn: RawBuilder<unknown>): RawBuilder<boolean>;
};

type Page = { after: Cursor | null; limit: number };
type Listed<Row> = { rows: Row[]; total: number };

export async function listAssessments(
  executor: Executor,
  filter: AssessmentFilter,
  page: Page,
): Promise<Listed<AssessmentRow>> {
  const where = allOf([
    filter.visible(sql.ref('id')),
    ...equal('certificate_id', filter.certificateId),
    ...equal('owner_id', filter.ownerId),
    ...equal('tier', filter.tier),
  ]);
  const { rows } = await sql<AssessmentRow>`
    select ${assessmentColumns} from governance_assessments
    where ${where} ${later('assessed_at', 'id', page.after)}
    order by assessed_at desc, id desc limit ${page.limit}`.execute(executor);
  return { rows, total: await count(executor, sql`governance_assessments`, where) };
}

export async function insertApproval(
  tx: Executor,
  row: Pick<
    ApprovalRow,
    | 'id'
    | 'assessment_id'
    | 'certificate_id'
    | 'owner_id'
    | 'purpose'
    | 'districts'
    | 'automation'
    | 'program'
    | 'case_id'
    | 'valid_until'
    | 'requested_by'
    | 'requested_at'
  >,
): Promise<void> {
  await sql`
    insert into governance_approvals (id, assessment_id, certificate_id, owner_id, purpose, districts,
      automation, state, program, case_id, valid_until, requested_by, requested_at)
    values (${row.id}, ${row.assessment_id}, ${row.certificate_id}, ${row.owner_id}, ${row.purpose},
      ${texts(row.districts)}, ${row.automation}, 'requested', ${json(row.program)}, ${row.case_id},
      ${row.valid_until}, ${row.requested_by}, ${row.requested_at})`.execute(tx);
}

export async function readApproval(
  executor: Executor,
  by: { id: string } | { caseId: string },
  options: { lock?: boolean } = {},
): Promise<ApprovalRow | null> {
  const match = 'id' in by ? sql`a.id = ${by.id}` : sql`a.case_id = ${by.caseId}`;
  const { rows } = await sql<ApprovalRow>`
    select ${approvalColumns} from ${approvalTables}
    where ${match} ${options.lock ? sql`for update of a` : sql``}`.execute(executor);
  return rows[0] ?? null;
}

/** The newest approval of an assessment. */
export async function newestApproval(
  executor: Executor,
  assessmentId: string,
): Promise<ApprovalRow | null> {
  const { rows } = await sql<ApprovalRow>`
    select ${approvalColumns} from ${approvalTables}
    where a.assessment_id = ${assessmentId}
    order by a.requested_at desc, a.id desc limit 1`.execute(executor);
  return rows[0] ?? null;
}

/** Approvals in force that rest on a certificate. */
export async function approvalsOn(tx: Executor, certificateId: string): Promise<ApprovalRow[]> {
  const { rows } = await sql<ApprovalRow>`
    select ${approvalColumns} from ${approvalTables}
    where a.certificate_id = ${certificateId} and a.state = 'approved'
    order by a.id for update of a`.execute(tx);
  return rows;
}

/** Whether some approval of a program is in force. */
export async function isApproved(executor: Executor, programId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from governance_approvals
    where program_id = ${programId} and state = 'approved' limit 1`.execute(executor);
  return rows.length > 0;
}

/** The approval in force that a program is deployed by; the newest of several. */
export async function approvalOfProgram(
  executor: Executor,
  programId: string,
): Promise<ApprovalRow | null> {
  const { rows } = await sql<ApprovalRow>`
    select ${approvalColumns} from ${approvalTables}
    where a.program_id = ${programId} and a.state = 'approved'
    order by a.decided_at desc, a.id desc limit 1`.execute(executor);
  return rows[0] ?? null;
}

export async function recordApproved(
  tx: Executor,
  id: string,
  change: { programId: string; grants: readonly string[]; at: Date },
): Promise<void> {
  await sql`
    update governance_approvals
    set state = 'approved', program_id = ${change.programId},
      grants = ${texts(change.grants)}, decided_at = ${change.at}
    where id = ${id}`.execute(tx);
}

export async function recordRefused(
  tx: Executor,
  id: string,
  change: { refusal: Refusal; at: Date },
): Promise<void> {
  await sql`
    update governance_approvals
    set state = 'refused', refusal = ${change.refusal}, decided_at = ${change.at}
    where id = ${id}`.execute(tx);
}

export async function recordWithdrawn(
  tx: Executor,
  id: string,
  change: { by: string; reason: string; at: Date },
): Promise<void> {
  await sql`
    update governance_approvals
    set state = 'withdrawn', withdrawn_by = ${change.by}, withdrawn_reason = ${change.reason},
      withdrawn_at = ${change.at}
    where id = ${id}`.execute(tx);
}

export type ApprovalFilter = {
  state?: ApprovalRow['state'] | undefined;
  ownerId?: string | undefined;
  certificateId?: string | undefined;
  programId?: string | undefined;
  visible(idColumn: RawBuilder<unknown>): RawBuilder<boolean>;
};

export async function listApprovals(
  executor: Executor,
  filter: ApprovalFilter,
  page: Page,
): Promise<Listed<ApprovalRow>> {
  const where = allOf([
    filter.visible(sql.ref('a.id')),
    ...equal('a.state', filter.state),
    ...equal('a.owner_id', filter.ownerId),
    ...equal('a.certificate_id', filter.certificateId),
    ...equal('a.program_id', filter.programId),
  ]);
  const { rows } = await sql<ApprovalRow>`
    select ${approvalColumns} from ${approvalTables}
    where ${where} ${later('a.requested_at', 'a.id', page.after)}
    order by a.requested_at desc, a.id desc limit ${page.limit}`.execute(executor);
  return { rows, total: await count(executor, approvalTables, where) };
}

function equal(column: string, value: string | undefined): RawBuilder<unknown>[] {
  return value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
}

function allOf(parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join([sql`true`, ...parts], sql` and `);
}

function later(time: string, id: string, after: Cursor | null): RawBuilder<unknown> {
  return after
    ? sql`and (${sql.ref(time)}, ${sql.ref(id)}) < (${after.key}::timestamptz, ${after.id})`
    : sql``;
}

async function count(
  executor: Executor,
  tables: RawBuilder<unknown>,
  where: RawBuilder<unknown>,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${tables} where ${where}`.execute(executor);
  return rows[0]?.n ?? 0;
}
