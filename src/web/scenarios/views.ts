import type { Outputs } from '#web/contracts.ts';

/** What the operations of scenarios give, by the names that pages use. */
export type CallView = Outputs['scenarios']['getCall'];
export type CallRow = Outputs['scenarios']['listCalls']['items'][number];
export type ScenarioView = Outputs['scenarios']['getScenario'];
export type BoardView = Outputs['scenarios']['getLeaderboard'];
export type SubmissionView = Outputs['scenarios']['getSubmission'];
export type SubmissionRow = Outputs['scenarios']['listSubmissions']['items'][number];
export type TeamView = Outputs['scenarios']['listTeams']['items'][number];
