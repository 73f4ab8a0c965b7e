import * as z from 'zod';
import { moduleContract, operation } from '#kernel/contract.ts';
import { digest, id, instant, pageInput, pageOutput, prose, words } from '#kernel/entities.ts';
import { declareErrors } from '#kernel/errors.ts';
import { decisions } from './procedure.ts';

/** Contract of the module `cases`. Browser-safe. */

export const casesErrors = declareErrors('cases', {
  step_decided: {
    category: 'conflict',
    message: 'This step was decided before ({decision}). Read the case again.',
  },
  step_not_open: {
    category: 'conflict',
    message: 'This step takes no such action in its present state. Read the case again.',
  },
  decision_not_offered: {
    category: 'invalid',
    message: 'This step offers {offered}. Choose one of them.',
  },
  recused: {
    category: 'denied',
    message:
      'Your organisation owns the subject of this case or has an interest in it. Somebody else must decide.',
  },
  objection_decided: {
    category: 'conflict',
    message: 'This objection is {state} already. Read the case again.',
  },
  objections_limit: {
    category: 'limited',
    message: 'You have {limit} open objections to this notice. Wait until they are decided.',
  },
  case_closed: {
    category: 'conflict',
    message: 'The case is closed ({outcome}). Open a new one if it must be looked at again.',
  },
  calendar_days_invalid: {
    category: 'invalid',
    message: 'The list of days does not fit: {problem}. Correct it and send it again.',
  },
  calendar_changed: {
    category: 'conflict',
    message: 'Somebody else has edited the calendar. Read it again and repeat the change.',
  },
});

const errors = casesErrors.declarations;

const wellFormed = (text: string) => text.isWellFormed();
const reason = prose(4_000)
  .refine((text) => text.trim().length > 0, 'a reason')
  .refine(wellFormed, 'well-formed Unicode');
const name = z.string().regex(/^[\w:.-]{1,80}$/, 'a name or identifier');
const partyId = name;

const year = z.string().regex(/^2[01]\d\d$/, 'a year such as 2026');
const outcome = z.enum(['approved', 'returned', 'rejected', 'withdrawn']);
const objectionState = z.enum(['open', 'upheld', 'dismissed', 'withdrawn', 'lapsed']);

/** One visit of a step; a step that was returned to is visited again. */
const caseStep = z.object({
  stepId: id('step').nullable().describe('null while the case has not come to it'),
  name: z.string(),
  title: words(80),
  kind: z.enum(['decision', 'notice']),
  state: z.enum(['waiting', 'open', 'decided', 'cancelled']),
  openedAt: instant.nullable(),
  dueAt: instant.nullable(),
  demonstration: z.boolean().describe('the deadline counts in seconds, for show'),
  decisions: z.array(z.enum(decisions)),
  decision: z.enum(decisions).nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  reason: z.string().nullable().describe('null where the reader is not a party to the case'),
  escalatedAt: instant.nullable(),
  assignee: z.string().nullable(),
});

const objection = z.object({
  objectionId: id('objection'),
  stepId: id('step'),
  raisedBy: z.string(),
  raisedAt: instant,
  reason: z.string(),
  state: objectionState,
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  decisionReason: z.string().nullable(),
});

const eventKinds = [
  'opened',
  'step_opened',
  'decided',
  'escalated',
  'assigned',
  'objected',
  'objection_decided',
  'objection_withdrawn',
  'commented',
  'withdrawn',
  'closed',
] as const;
export type EventKind = (typeof eventKinds)[number];

const caseEvent = z.object({
  at: instant,
  actor: z.string().nullable().describe('null where the reader is not a party to the case'),
  kind: z.enum(eventKinds),
  step: z.string().nullable(),
  text: z.string().nullable(),
});

const caseSummary = z.object({
  caseId: id('case'),
  procedure: z.string(),
  procedureTitle: words(80),
  title: words(200),
  subject: z.object({ type: z.string(), id: z.string() }),
  link: z.string().describe('the page of the subject in the portal'),
  ownerId: partyId,
  ownerName: z.string(),
  openedAt: instant,
  state: z.enum(['open', 'closed']),
  outcome: outcome.nullable(),
  closedAt: instant.nullable(),
  step: z.string().nullable().describe('name of the step that is open'),
  stepTitle: words(80).nullable(),
  stepId: id('step').nullable(),
  dueAt: instant.nullable(),
  overdue: z.boolean(),
  assignee: z.string().nullable(),
  objectionsOpen: z.number().int(),
  mine: z.boolean().describe('the reader is among those who decide the open step'),
});

const caseActions = ['decide', 'assign', 'comment', 'object', 'withdraw'] as const;

const caseDetail = caseSummary.extend({
  openedBy: z.string().nullable(),
  steps: z.array(caseStep),
  objections: z.array(objection),
  history: z.array(caseEvent),
  actions: z.array(z.enum(caseActions)).describe('what the reader can do next'),
  names: z.record(z.string(), z.string()).describe('of the parties in it, by id'),
});

const calendarDay = z.object({
  day: z.iso.date(),
  kind: z.enum(['holiday', 'working']),
  title: words(80)
    .refine(({ zh, en }) => !`${zh}${en}`.includes('\u0000'), 'plain text')
    .refine(({ zh, en }) => wellFormed(zh) && wellFormed(en), 'well-formed Unicode'),
  source: prose(300).refine(wellFormed, 'well-formed Unicode'),
});

const calendar = z.object({
  version: z.number().int(),
  timeZone: z.literal('Asia/Shanghai'),
  week: z.literal('Monday to Friday'),
  days: z.array(calendarDay),
});

const permissions = {
  'cases.case.list': { kind: 'member', resource: null, summary: 'list the cases one may see' },
  'cases.case.read': { kind: 'read', resource: 'cases.case', summary: 'read a case' },
  'cases.case.write': {
    kind: 'write',
    resource: 'cases.case',
    summary: 'withdraw a case that the own organisation opened',
  },
  'cases.step.decide': {
    kind: 'grant',
    resource: 'cases.step',
    summary: 'decide a step of a case, and the objections to it',
  },
  'cases.objection.write': {
    kind: 'member',
    resource: null,
    summary: 'object to a public notice',
  },
  'cases.calendar.read': { kind: 'open', resource: null, summary: 'read the working calendar' },
  'cases.calendar.operate': {
    kind: 'operate',
    resource: null,
    summary: 'edit the working calendar',
  },
} as const;

const caseSubject = z.object({ type: z.string(), id: z.string() });

export const casesContract = moduleContract({
  name: 'cases',
  permissions,
  facts: {
    'cases.case_opened': z.object({
      caseId: id('case'),
      procedure: z.string(),
      subject: caseSubject,
      ownerId: z.string(),
      basis: z.string(),
    }),
    'cases.step_opened': z.object({
      caseId: id('case'),
      stepId: id('step'),
      procedure: z.string(),
      subject: caseSubject,
      step: z.string(),
      stepKind: z.enum(['decision', 'notice']),
      dueAt: instant,
    }),
    'cases.step_decided': z.object({
      caseId: id('case'),
      stepId: id('step'),
      procedure: z.string(),
      subject: caseSubject,
      step: z.string(),
      decision: z.enum(decisions),
      reasonDigest: digest,
    }),
    'cases.step_escalated': z.object({ caseId: id('case'), stepId: id('step'), step: z.string() }),
    'cases.objection_raised': z.object({
      caseId: id('case'),
      stepId: id('step'),
      objectionId: id('objection'),
      reasonDigest: digest,
    }),
    'cases.objection_decided': z.object({
      caseId: id('case'),
      stepId: id('step'),
      objectionId: id('objection'),
      state: objectionState,
      reasonDigest: digest,
    }),
    'cases.case_closed': z.object({
      caseId: id('case'),
      procedure: z.string(),
      subject: caseSubject,
      outcome,
      basis: z.string(),
    }),
    'cases.calendar_updated': z.object({ version: z.number().int(), daysDigest: digest }),
  },
  tasks: {},
  errors,
  operations: {
    listCases: operation({
      method: 'GET',
      path: '/cases/cases',
      summary: 'List cases: those waiting for the reader, the own ones, or all that one may see.',
      permission: 'cases.case.list',
      input: z.object({
        scope: z.enum(['decide', 'mine', 'all']).default('all'),
        state: z.enum(['open', 'closed']).optional(),
        procedure: name.optional(),
        subjectId: name.optional(),
        query: prose(100).optional().describe('words of the title'),
        sort: z.enum(['due', 'newest']).default('newest'),
        ...pageInput,
      }),
      output: pageOutput(caseSummary),
    }),
    getCase: operation({
      method: 'GET',
      path: '/cases/cases/{caseId}',
      summary: 'Read a case: its steps, objections and history, and what one can do next.',
      permission: 'cases.case.read',
      resourceKey: 'caseId',
      input: z.object({ caseId: id('case') }),
      output: caseDetail,
    }),
    decideStep: operation({
      method: 'POST',
      path: '/cases/steps/{stepId}/decision',
      summary: 'Decide the open step of a case, with a reason. The step is the one that was read.',
      permission: 'cases.step.decide',
      resourceKey: 'stepId',
      input: z.object({ stepId: id('step'), decision: z.enum(decisions), reason }),
      output: caseDetail,
      errors,
    }),
    assignStep: operation({
      method: 'POST',
      path: '/cases/steps/{stepId}/assignment',
      summary: 'Hand the open step of a case to one party, who may then decide it too.',
      permission: 'cases.step.decide',
      resourceKey: 'stepId',
      input: z.object({ stepId: id('step'), partyId }),
      output: caseDetail,
      errors,
    }),
    raiseObjection: operation({
      method: 'POST',
      path: '/cases/steps/{stepId}/objections',
      summary: 'Object to a public notice while its clock runs.',
      permission: 'cases.objection.write',
      status: 201,
      input: z.object({ stepId: id('step'), reason }),
      output: objection,
      errors,
    }),
    decideObjection: operation({
      method: 'POST',
      path: '/cases/steps/{stepId}/objections/{objectionId}/decision',
      summary: 'Uphold or dismiss an objection, with a reason.',
      permission: 'cases.step.decide',
      resourceKey: 'stepId',
      input: z.object({
        stepId: id('step'),
        objectionId: id('objection'),
        decision: z.enum(['upheld', 'dismissed']),
        reason,
      }),
      output: caseDetail,
      errors,
    }),
    withdrawObjection: operation({
      method: 'POST',
      path: '/cases/objections/{objectionId}/withdrawal',
      summary: 'Take back an objection that one has raised oneself.',
      permission: 'cases.objection.write',
      input: z.object({ objectionId: id('objection') }),
      output: objection,
      errors,
    }),
    comment: operation({
      method: 'POST',
      path: '/cases/cases/{caseId}/comments',
      summary: 'Comment on a case that one is a party to; only its parties read comments.',
      permission: 'cases.case.read',
      resourceKey: 'caseId',
      status: 201,
      input: z.object({ caseId: id('case'), text: reason }),
      output: caseDetail,
      errors,
    }),
    withdrawCase: operation({
      method: 'POST',
      path: '/cases/cases/{caseId}/withdrawal',
      summary: 'Withdraw an open case of the own organisation, with a reason.',
      permission: 'cases.case.write',
      resourceKey: 'caseId',
      input: z.object({ caseId: id('case'), reason }),
      output: caseDetail,
      errors,
    }),
    getCalendar: operation({
      method: 'GET',
      path: '/cases/calendar',
      summary: 'Read the days that differ from the plain working week.',
      permission: 'cases.calendar.read',
      input: z.object({ year: year.optional() }),
      output: calendar,
    }),
    updateCalendar: operation({
      method: 'PUT',
      path: '/cases/calendar/{year}',
      summary: 'Replace the listed days of one year. Deadlines that already run keep their date.',
      permission: 'cases.calendar.operate',
      input: z.object({
        year,
        version: z.number().int().describe('the version that was read'),
        days: z.array(calendarDay).max(366),
      }),
      output: calendar,
      errors,
    }),
  },
});

export type SummaryView = z.input<typeof caseSummary>;
export type CaseView = z.input<typeof caseDetail>;
export type ObjectionView = z.input<typeof objection>;
