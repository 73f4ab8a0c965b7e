import { type RawBuilder, sql } from 'kysely';
import { type Executor, json, texts } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Cursor } from '#kernel/page.ts';
import type { EventKind } from './contract.ts';
import type { Deadline, Decision, Outcome, Procedure } from './procedure.ts';
import type { WorkingCalendar } from './working-days.ts';

/** The only SQL for the tables of cases. */

export type CaseRow = {
  id: string;
  procedure: string;
  procedure_form: Procedure;
  subject_type: string;
  subject_id: string;
  title: Words;
  link: string;
  owner_id: string;
  interested: string[];
  deadlines: Record<string, Deadline>;
  opened_by: string;
  basis: string;
  opened_at: Date;
  state: 'open' | 'closed';
  outcome: Outcome | null;
  closed_at: Date | null;
  step_id: string | null;
};

export type StepRow = {
  id: string;
  case_id: string;
  ordinal: number;
  name: string;
  kind: 'decision' | 'notice';
  state: 'open' | 'decided' | 'cancelled';
  opened_at: Date;
  due_at: Date;
  demonstration: boolean;
  remind_at: Date | null;
  reminded_at: Date | null;
  escalated_at: Date | null;
  assignee: string | null;
  decision: Decision | null;
  decided_by: string | null;
  decided_at: Date | null;
  reason: string | null;
};

export type ObjectionRow = {
  id: string;
  case_id: string;
  step_id: string;
  raised_by: string;
  raised_at: Date;
  reason: string;
  state: 'open' | 'upheld' | 'dismissed' | 'withdrawn' | 'lapsed';
  decided_by: string | null;
  decided_at: Date | null;
  decision_reason: string | null;
};

export type EventRow = {
  case_id: string;
  at: Date;
  actor: string;
  kind: EventKind;
  step: string | null;
  text: string | null;
};

const caseColumns = sql.raw(`c.id, c.procedure, c.procedure_form, c.subject_type, c.subject_id,
  c.title, c.link, c.owner_id, c.interested, c.deadlines, c.opened_by, c.basis, c.opened_at, c.state,
  c.outcome, c.closed_at, c.step_id`);
const stepColumns = sql.raw(`s.id, s.case_id, s.ordinal, s.name, s.kind, s.state, s.opened_at,
  s.due_at, s.demonstration, s.remind_at, s.reminded_at, s.escalated_at, s.assignee, s.decision,
  s.decided_by, s.decided_at, s.reason`);
const objectionColumns = sql.raw(`o.id, o.case_id, o.step_id, o.raised_by, o.raised_at, o.reason,
  o.state, o.decided_by, o.decided_at, o.decision_reason`);

/** The open case of a procedure on a basis, if there is one. */
export async function findOpenCase(tx: Executor, procedure: string, basis: string) {
  const { rows } = await sql<{ id: string }>`
    select id from cases_cases
    where procedure = ${procedure} and basis = ${basis} and state = 'open'`.execute(tx);
  return rows[0]?.id;
}

export async function insertCase(
  tx: Executor,
  row: Omit<CaseRow, 'state' | 'outcome' | 'closed_at' | 'step_id' | 'procedure'>,
): Promise<void> {
  await sql`
    insert into cases_cases (id, procedure, procedure_form, subject_type, subject_id, title, link,
      owner_id, interested, deadlines, opened_by, basis, opened_at, state)
    values (${row.id}, ${row.procedure_form.name}, ${json(row.procedure_form)},
      ${row.subject_type}, ${row.subject_id}, ${json(row.title)}, ${row.link}, ${row.owner_id},
      ${texts(row.interested)}, ${json(row.deadlines)}, ${row.opened_by}, ${row.basis},
      ${row.opened_at}, 'open')`.execute(tx);
}

/** Reads a case and, where `lock` is given, keeps others from changing it until the transaction ends. */
export async function readCase(
  tx: Executor,
  caseId: string,
  options: { lock?: boolean } = {},
): Promise<CaseRow | undefined> {
  const { rows } = await sql<CaseRow>`
    select ${caseColumns} from cases_cases c where c.id = ${caseId}
    ${sql.raw(options.lock ? 'for update' : '')}`.execute(tx);
  return rows[0];
}

/** The ids of the open cases about a subject. */
export async function openCasesOf(tx: Executor, subjectId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from cases_cases where subject_id = ${subjectId} and state = 'open'
    order by id`.execute(tx);
  return rows.map((row) => row.id);
}

export async function closeCase(
  tx: Executor,
  close: { caseId: string; outcome: Outcome; at: Date },
): Promise<void> {
  await sql`
    update cases_cases set state = 'closed', outcome = ${close.outcome}, closed_at = ${close.at},
      step_id = null
    where id = ${close.caseId}`.execute(tx);
  await sql`
    update cases_steps set state = 'cancelled'
    where case_id = ${close.caseId} and state = 'open'`.execute(tx);
}

export async function insertStep(
  tx: Executor,
  row: Pick<
    StepRow,
    'id' | 'case_id' | 'name' | 'kind' | 'opened_at' | 'due_at' | 'demonstration' | 'remind_at'
  >,
): Promise<void> {
  await sql`
    insert into cases_steps (id, case_id, ordinal, name, kind, state, opened_at, due_at,
      demonstration, remind_at)
    select ${row.id}, ${row.case_id}, count(*) + 1, ${row.name}, ${row.kind}, 'open',
      ${row.opened_at}::timestamptz, ${row.due_at}::timestamptz, ${row.demonstration}::boolean,
      ${row.remind_at}::timestamptz
    from cases_steps where case_id = ${row.case_id}`.execute(tx);
  await sql`update cases_cases set step_id = ${row.id} where id = ${row.case_id}`.execute(tx);
}

export async function addDecider(tx: Executor, stepId: string, subject: string): Promise<void> {
  await sql`
    insert into cases_deciders (step_id, subject) values (${stepId}, ${subject})
    on conflict do nothing`.execute(tx);
}

export async function readStep(tx: Executor, stepId: string): Promise<StepRow | undefined> {
  const { rows } = await sql<StepRow>`
    select ${stepColumns} from cases_steps s where s.id = ${stepId}`.execute(tx);
  return rows[0];
}

export async function readSteps(tx: Executor, caseId: string): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`
    select ${stepColumns} from cases_steps s where s.case_id = ${caseId}
    order by s.ordinal`.execute(tx);
  return rows;
}

export async function recordDecision(
  tx: Executor,
  decided: {
    stepId: string;
    decision: Decision;
    by: string;
    at: Date;
    reason: string;
    reasonDigest: string;
  },
): Promise<void> {
  await sql`
    update cases_steps set state = 'decided', decision = ${decided.decision},
      decided_by = ${decided.by}, decided_at = ${decided.at}, reason = ${decided.reason},
      reason_digest = ${decided.reasonDigest}
    where id = ${decided.stepId}`.execute(tx);
}

export async function setAssignee(tx: Executor, stepId: string, partyId: string): Promise<void> {
  await sql`update cases_steps set assignee = ${partyId} where id = ${stepId}`.execute(tx);
}

export async function markReminded(tx: Executor, stepId: string, at: Date): Promise<void> {
  await sql`update cases_steps set reminded_at = ${at} where id = ${stepId}`.execute(tx);
}

export async function markEscalated(tx: Executor, stepId: string, at: Date): Promise<void> {
  await sql`update cases_steps set escalated_at = ${at} where id = ${stepId}`.execute(tx);
}

/** The cases whose open step wants the clock's attention at an instant, oldest first. */
export async function casesDue(tx: Executor, at: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ case_id: string }>`
    select s.case_id from cases_steps s
    where s.state = 'open' and (
      (s.due_at <= ${at} and s.escalated_at is null)
      or (s.remind_at <= ${at} and s.reminded_at is null)
    )
    order by s.due_at, s.case_id limit ${limit}`.execute(tx);
  return rows.map((row) => row.case_id);
}

/** When the clock is wanted next. */
export async function nextDue(tx: Executor): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(least(
      case when escalated_at is null then due_at end,
      case when reminded_at is null then remind_at end
    )) as at
    from cases_steps where state = 'open'`.execute(tx);
  return rows[0]?.at ?? null;
}

export async function insertObjection(
  tx: Executor,
  row: Pick<ObjectionRow, 'id' | 'case_id' | 'step_id' | 'raised_by' | 'raised_at' | 'reason'>,
): Promise<void> {
  await sql`
    insert into cases_objections (id, case_id, step_id, raised_by, raised_at, reason, state)
    values (${row.id}, ${row.case_id}, ${row.step_id}, ${row.raised_by}, ${row.raised_at},
      ${row.reason}, 'open')`.execute(tx);
}

export async function readObjection(
  tx: Executor,
  objectionId: string,
): Promise<ObjectionRow | undefined> {
  const { rows } = await sql<ObjectionRow>`
    select ${objectionColumns} from cases_objections o where o.id = ${objectionId}`.execute(tx);
  return rows[0];
}

export async function readObjections(tx: Executor, caseId: string): Promise<ObjectionRow[]> {
  const { rows } = await sql<ObjectionRow>`
    select ${objectionColumns} from cases_objections o where o.case_id = ${caseId}
    order by o.raised_at, o.id`.execute(tx);
  return rows;
}

export async function settleObjection(
  tx: Executor,
  settled: {
    objectionId: string;
    state: 'upheld' | 'dismissed' | 'withdrawn';
    by: string;
    at: Date;
    reason: string | null;
  },
): Promise<void> {
  await sql`
    update cases_objections set state = ${settled.state}, decided_by = ${settled.by},
      decided_at = ${settled.at}, decision_reason = ${settled.reason}
    where id = ${settled.objectionId}`.execute(tx);
}

/** Ends the undecided objections of a step which itself has ended. */
export async function lapseObjections(tx: Executor, caseId: string, at: Date): Promise<void> {
  await sql`
    update cases_objections set state = 'lapsed', decided_at = ${at}
    where case_id = ${caseId} and state = 'open'`.execute(tx);
}

export async function insertEvent(tx: Executor, row: EventRow): Promise<void> {
  await sql`
    insert into cases_events (case_id, at, actor, kind, step, text)
    values (${row.case_id}, ${row.at}, ${row.actor}, ${row.kind}, ${row.step},
      ${row.text})`.execute(tx);
}

export async function readEvents(tx: Executor, caseId: string): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select case_id, at, actor, kind, step, text from cases_events
    where case_id = ${caseId} order by sequence`.execute(tx);
  return rows;
}

export type SummaryRow = CaseRow & {
  step_name: string | null;
  due_at: Date | null;
  assignee: string | null;
  objections_open: number;
  mine: boolean;
};

export type ListFilter = {
  scope: 'decide' | 'mine' | 'all';
  state: 'open' | 'closed' | undefined;
  procedure: string | undefined;
  subjectId: string | undefined;
  query: string | undefined;
  caseId: string | undefined;
  sort: 'due' | 'newest';
  /** The reader's id, organisations and `role:` names. */
  subjects: readonly string[];
  visible: RawBuilder<boolean>;
};

const NEVER = '9999-12-31T00:00:00.000Z';

/** Where a row stands in a list, for the cursor. */
export function placeOf(row: SummaryRow, sort: 'due' | 'newest'): Cursor {
  const key = sort === 'due' ? (row.due_at?.toISOString() ?? NEVER) : row.opened_at.toISOString();
  return { key, id: row.id };
}

/** One page and a row more; and the count of all rows under the filter. */
export async function listCases(
  tx: Executor,
  filter: ListFilter,
  page: { cursor: Cursor | null; limit: number },
): Promise<{ rows: SummaryRow[]; total: number }> {
  const where = conditions(filter);
  const due = sql`coalesce(s.due_at, ${NEVER}::timestamptz)`;
  const { cursor } = page;
  const after = !cursor
    ? sql`true`
    : filter.sort === 'due'
      ? sql`(${due}, c.id) > (${cursor.key}::timestamptz, ${cursor.id})`
      : sql`(c.opened_at, c.id) < (${cursor.key}::timestamptz, ${cursor.id})`;
  const order = filter.sort === 'due' ? sql`${due}, c.id` : sql`c.opened_at desc, c.id desc`;
  const { rows } = await sql<SummaryRow>`
    select ${caseColumns}, s.name as step_name, s.due_at, s.assignee,
      (select count(*) from cases_objections o
        where o.step_id = c.step_id and o.state = 'open') as objections_open,
      ${decides(filter.subjects)} as mine
    from cases_cases c left join cases_steps s on s.id = c.step_id
    where ${where} and ${after}
    order by ${order} limit ${page.limit + 1}`.execute(tx);
  const counted = await sql<{ n: number }>`
    select count(*) as n from cases_cases c where ${where}`.execute(tx);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

function decides(subjects: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from cases_deciders d
    where d.step_id = c.step_id and d.subject = any(${texts(subjects)}))`;
}

function conditions(filter: ListFilter): RawBuilder<boolean> {
  const parts = [sql<boolean>`${filter.visible}`];
  if (filter.scope === 'decide') parts.push(decides(filter.subjects));
  if (filter.scope === 'mine') {
    const own = texts(filter.subjects);
    parts.push(sql`(c.owner_id = any(${own}) or c.opened_by = any(${own}))`);
  }
  if (filter.state) parts.push(sql`c.state = ${filter.state}`);
  if (filter.procedure) parts.push(sql`c.procedure = ${filter.procedure}`);
  if (filter.subjectId) parts.push(sql`c.subject_id = ${filter.subjectId}`);
  if (filter.caseId) parts.push(sql`c.id = ${filter.caseId}`);
  if (filter.query) {
    const pattern = `%${filter.query.replace(/[\\%_]/g, '\\$&')}%`;
    parts.push(sql`(c.title ->> 'zh' ilike ${pattern} or c.title ->> 'en' ilike ${pattern})`);
  }
  return sql<boolean>`${sql.join(parts, sql` and `)}`;
}

/** Whether one of the subjects was among the deciders of any step of a case. */
export async function decidedOn(
  tx: Executor,
  caseId: string,
  subjects: readonly string[],
): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from cases_deciders d join cases_steps s on s.id = d.step_id
    where s.case_id = ${caseId} and d.subject = any(${texts(subjects)})`.execute(tx);
  return (rows[0]?.n ?? 0) > 0;
}

export async function decidersOf(tx: Executor, stepId: string): Promise<string[]> {
  const { rows } = await sql<{ subject: string }>`
    select subject from cases_deciders where step_id = ${stepId} order by subject`.execute(tx);
  return rows.map((row) => row.subject);
}

export type CalendarDay = {
  day: string;
  kind: 'holiday' | 'working';
  title: Words;
  source: string;
};

/** The listed days, of one year or of all. */
export async function readCalendarDays(tx: Executor, year?: string): Promise<CalendarDay[]> {
  const [first, last] = year === undefined ? ['0001-01-01', '9999-12-31'] : boundsOf(year);
  const { rows } = await sql<CalendarDay>`
    select day, kind, title, source from cases_calendar
    where day between ${first}::date and ${last}::date order by day`.execute(tx);
  return rows;
}

export async function readCalendar(tx: Executor): Promise<WorkingCalendar> {
  const days = await readCalendarDays(tx);
  return new Map(days.map(({ day, kind }) => [day, kind]));
}

/** The number that every edit raises by one; locked, it keeps other edits waiting. */
export async function readCalendarVersion(
  tx: Executor,
  options: { lock?: boolean } = {},
): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select version from cases_calendar_version
    ${sql.raw(options.lock ? 'for update' : '')}`.execute(tx);
  return rows[0]?.version ?? 0;
}

/** Replaces the days of one year and raises the version. */
export async function replaceYear(
  tx: Executor,
  year: string,
  days: readonly CalendarDay[],
): Promise<void> {
  const [first, last] = boundsOf(year);
  await sql`
    delete from cases_calendar where day between ${first}::date and ${last}::date`.execute(tx);
  for (const { day, kind, title, source } of days) {
    await sql`
      insert into cases_calendar (day, kind, title, source)
      values (${day}::date, ${kind}, ${json(title)}, ${source})`.execute(tx);
  }
  await sql`update cases_calendar_version set version = version + 1`.execute(tx);
}

function boundsOf(year: string): [string, string] {
  return [`${year}-01-01`, `${year}-12-31`];
}
