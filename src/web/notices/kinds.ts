/** Kinds of notices that people choose by; others follow the choice for all. */
export const noticeKinds = [
  'cases.step_assigned',
  'cases.step_due',
  'cases.step_escalated',
  'cases.objection_raised',
  'cases.objection_decided',
  'cases.case_closed',
  'scenarios.submission_failed',
  'scenarios.call_stopped',
  'scenarios.awarded',
] as const;

export type NoticeKind = (typeof noticeKinds)[number];

export const isNoticeKind = (kind: string): kind is NoticeKind =>
  noticeKinds.some((known) => known === kind);
