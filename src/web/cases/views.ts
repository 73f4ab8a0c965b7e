import type { Outputs } from '#web/contracts.ts';

/** What the operations of cases give, by the names that pages use. */
export type CaseView = Outputs['cases']['getCase'];
export type CaseRow = Outputs['cases']['listCases']['items'][number];
export type StepView = CaseView['steps'][number];
export type ObjectionView = CaseView['objections'][number];
export type EventView = CaseView['history'][number];
export type CalendarDay = Outputs['cases']['getCalendar']['days'][number];
