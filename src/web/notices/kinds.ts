/** The kinds of notices that the modules send, in the order in which people meet them. */
export const noticeKinds = [
  'cases.step_opened',
  'cases.step_assigned',
  'cases.step_due',
  'cases.step_escalated',
  'cases.objection_raised',
  'cases.objection_decided',
  'cases.case_closed',
  'hub.access_asked',
  'hub.access_decided',
  'governance.approval_withdrawn',
  'governance.stopped',
  'governance.warning_raised',
  'exchange.to_sign',
  'exchange.agreement_active',
  'exchange.agreement_ended',
  'exchange.credit_used_up',
  'city.incident_assigned',
  'city.rule_standing',
  'scenarios.submission_failed',
  'scenarios.call_stopped',
  'scenarios.awarded',
] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** The word for a kind; null for one that a later version sends. */
export const knownKind = (kind: string): NoticeKind | null =>
  noticeKinds.find((known) => known === kind) ?? null;
