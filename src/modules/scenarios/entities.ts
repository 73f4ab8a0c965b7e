import * as z from 'zod';
import { digest, id, instant, words } from '#kernel/entities.ts';
import { callStates } from './call-state.ts';

/** What the operations of scenarios take and give. Browser-safe. */

export const callId = id('call');
export const scenarioId = id('scenario');
export const teamId = id('team');
export const submissionId = id('submission');
const caseId = id('case');
export const partyId = z.string().regex(/^[\w:.-]{1,80}$/, 'the identifier of a party');
const repositoryId = id('repo');

// What a database takes as text: no zero character, no half of a surrogate pair.
const storable = (text: string) => !text.includes('\u0000') && text.isWellFormed();

const plainWords = (charactersMax: number) =>
  words(charactersMax).refine(({ zh, en }) => storable(zh) && storable(en), 'plain text');

/** Words that are there in one language at least. */
export const someWords = (charactersMax: number) =>
  plainWords(charactersMax).refine(
    ({ zh, en }) => zh.trim() !== '' || en.trim() !== '',
    'words in Chinese or English',
  );

export const scenarioStates = ['draft', 'published'] as const;

/** A key of the plan's sectors or any other, such as `manufacturing` or `health`. */
export const sector = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a lower-case word such as manufacturing');
export const district = z
  .string()
  .regex(/^\d{6}$/, 'a code of GB/T 2260 such as 310104')
  .nullable()
  .describe('where it is, by GB/T 2260 (310104 is 徐汇区); null: nowhere in particular');

export const scenario = z.object({
  scenarioId,
  ownerId: partyId,
  ownerName: z.string(),
  title: words(120),
  summary: words(2_000),
  sector,
  district,
  state: z.enum(scenarioStates),
  calls: z.number().int(),
  createdAt: instant,
  publishedAt: instant.nullable(),
  version: z.number().int(),
  actions: z.array(z.enum(['edit', 'open_call'])),
});

const filePath = z.string().min(1).max(300).refine(storable, 'a path');

/** A table of features and the table of its labels, both files of one revision. */
const dataRef = z.object({
  repositoryId,
  revisionDigest: digest,
  featuresPath: filePath,
  labelsPath: filePath,
});

const environment = z.enum(['javascript', 'python']);

// JSON.stringify escapes what is not storable, so every text inside is looked at.
function storablePart(value: unknown): boolean {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, part]) => storable(key) && storablePart(part));
}

/** JSON that options of programs are made of, at most 16 KiB of it. */
export const options = z
  .record(z.string().max(100), z.json())
  .refine((value) => JSON.stringify(value).length <= 16_384, 'at most 16 KiB')
  .refine((value) => storablePart(value), 'plain text inside');

export const programRef = z.object({
  repositoryId,
  revisionDigest: digest,
  entry: filePath.optional().describe('the file to run; main.mjs, main.js or main.py if left out'),
});

const baseline = programRef.extend({ name: someWords(80), options: options.default({}) });

/** Limits of one job, as the module compute names them. */
const jobLimits = z.object({
  wallSeconds: z.number().int().min(1).max(3_600),
  cpuSeconds: z.number().int().min(1).max(3_600),
  memoryBytes: z
    .number()
    .int()
    .min(16 * 1_048_576)
    .max(16 * 1_073_741_824),
});

/** Everything that a benchmark call says; frozen when its publication is asked for. */
export const callSpec = z.object({
  title: someWords(120),
  page: someWords(20_000).describe('Markdown'),
  rules: someWords(20_000).describe('Markdown'),
  publicData: dataRef,
  hiddenData: dataRef,
  scorer: z.object({ repositoryId, revisionDigest: digest, entry: filePath }),
  scorerOptions: options,
  metric: z.object({
    name: someWords(60),
    direction: z.enum(['higher', 'lower']),
    precision: z.number().int().min(0).max(6).describe('digits after the point that are shown'),
  }),
  counts: z.enum(['best', 'last']).describe('which submission stands for a team'),
  limits: z.object({
    submissionsPerTeamPerDay: z.number().int().min(1).max(1_000),
    submissionsPerTeamMax: z.number().int().min(1).max(10_000),
    job: jobLimits,
  }),
  opensAt: instant.nullable().describe('null: as soon as it is approved'),
  closesAt: instant,
  notice: z.union([
    z.object({ workingDays: z.number().int().min(1).max(60) }),
    z.object({ seconds: z.number().int().min(1).max(86_400) }).describe('for demonstrations'),
  ]),
  baselines: z.array(baseline).max(10),
  simulated: plainWords(120).nullable().describe('what about it is simulated or replayed'),
});
export type CallSpec = z.infer<typeof callSpec>;

/** The same while it is being written: any part may be missing. */
export const callDraft = callSpec.partial();
export type CallDraft = z.infer<typeof callDraft>;

const interval = z.object({ low: z.number(), high: z.number() });

const reason = z.object({
  code: z.string(),
  sentence: words(400),
  ours: z.boolean().describe('the platform failed, and the attempt is not counted'),
});

/** What one of the two evaluations of a submission has come to. */
const evaluationView = z.object({
  evaluationId: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  finishedAt: instant.nullable(),
  score: z.number().nullable().describe('hidden data: at the digits of the metric'),
  interval: interval.nullable(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  eventsTrue: z.number().int().nullable(),
  eventsFound: z.number().int().nullable(),
  falseAlarms: z.number().int().nullable(),
  reason: reason.nullable(),
});

export const submissionStates = ['evaluating', 'scored', 'failed', 'withdrawn'] as const;

export const submission = z.object({
  submissionId,
  callId,
  callTitle: words(120),
  teamId: teamId.nullable().describe('null for a baseline'),
  teamName: z.string().nullable(),
  baseline: z.boolean(),
  name: words(80).nullable().describe('null where the reader sees only the outcome'),
  receivedAt: instant,
  revisionDigest: digest,
  optionsDigest: digest,
  state: z.enum(submissionStates),
  deadlineAt: instant.nullable().describe('when the watchdog ends it if nothing else does'),
  score: z.number().nullable().describe('on hidden data, at the digits of the metric'),
  rank: z.number().int().nullable(),
  reason: reason.nullable(),
});

export const submissionDetail = submission.extend({
  own: z.boolean().describe('the reader belongs to the team; others see the outcome only'),
  program: programRef.extend({ environment, entry: filePath }).nullable(),
  options: z.record(z.string(), z.json()).nullable(),
  submittedBy: z.string().nullable(),
  counted: z.boolean().describe('it counts against the limits'),
  publicEvaluation: evaluationView.nullable(),
  hiddenEvaluation: evaluationView,
  duplicateOf: submissionId.nullable(),
  receiptFactId: z.string(),
  actions: z.array(z.enum(['receipt', 'vary'])),
});

export const team = z.object({
  teamId,
  callId,
  name: z.string(),
  organisationId: partyId,
  joinedAt: instant,
  submissions: z.number().int(),
});

const leaderboardRow = z.object({
  submissionId,
  teamId: teamId.nullable(),
  name: words(120).describe('of the team, or of the baseline'),
  baseline: z.boolean(),
  rank: z.number().int().nullable(),
  score: z.number().nullable(),
  interval: interval.nullable(),
  tied: z.boolean().describe('equal to another row at the shown digits'),
  notApartFrom: z
    .array(submissionId)
    .describe('better rows that the intervals do not set it apart from'),
  duplicateOf: submissionId.nullable(),
  state: z.enum(submissionStates),
  reason: reason.nullable(),
  receivedAt: instant,
  submissions: z.number().int(),
  revisionDigest: digest,
  scoreFactId: z.string().nullable(),
  rankBefore: z.number().int().nullable().describe('before its last move'),
  own: z.boolean(),
});

export const leaderboard = z.object({
  callId,
  state: z.enum(callStates),
  metric: callSpec.shape.metric,
  counts: callSpec.shape.counts,
  at: instant.describe('when it last changed'),
  rows: z.array(leaderboardRow),
  simulated: words(120).nullable(),
});

const publicRevision = z.object({ repositoryId, revisionDigest: digest });

export const callSummary = z.object({
  callId,
  scenarioId,
  scenarioTitle: words(120),
  ownerId: partyId,
  ownerName: z.string(),
  kind: z.literal('benchmark'),
  title: words(120),
  sector,
  district,
  state: z.enum(callStates),
  stateAt: instant,
  opensAt: instant.nullable(),
  closesAt: instant.nullable(),
  simulated: words(120).nullable(),
  teams: z.number().int(),
  submissions: z.number().int(),
});

export const callDetail = callSummary.extend({
  draft: callDraft.nullable().describe('all that it says, for its owner and who decides on it'),
  page: words(20_000),
  rules: words(20_000),
  metric: callSpec.shape.metric.nullable(),
  counts: callSpec.shape.counts.nullable(),
  limits: callSpec.shape.limits.nullable(),
  notice: callSpec.shape.notice.nullable(),
  publicData: dataRef.extend({ featuresDigest: digest, labelsDigest: digest }).nullable(),
  hiddenData: z
    .object({ revisionDigest: digest, featuresDigest: digest, labelsDigest: digest })
    .nullable()
    .describe('its digests only; its content stays with its holder'),
  scorer: publicRevision.extend({ entry: filePath }).nullable(),
  scorerOptions: z.record(z.string(), z.json()).nullable(),
  frozenDigest: digest.nullable().describe('of all that was frozen at publication'),
  openedAt: instant.nullable(),
  closedAt: instant.nullable(),
  evaluating: z.number().int(),
  scored: z.number().int(),
  failed: z.number().int(),
  publishCaseId: caseId.nullable(),
  awardCaseId: caseId.nullable(),
  stepDueAt: instant.nullable().describe('when the present step of its case is due'),
  award: z
    .object({
      submissionId,
      teamId,
      teamName: z.string(),
      awardedAt: instant,
      certificateId: z.string().nullable(),
    })
    .nullable(),
  stopReason: z.string().nullable(),
  evidence: z.boolean().describe('the leaderboard is closed and can be verified'),
  mine: z.array(
    team.extend({
      leftToday: z.number().int(),
      leftInAll: z.number().int(),
    }),
  ),
  version: z.number().int(),
  actions: z.array(z.enum(['edit', 'publish', 'join', 'submit', 'vary', 'close', 'stop'])),
});

export const position = z.object({
  at: instant,
  teamId,
  teamName: z.string(),
  submissionId,
  rank: z.number().int(),
  score: z.number(),
});

/** An evidence file, format touyan-evidence/1; `touyan verify` checks it. */
export const evidenceFile = z
  .record(z.string(), z.json())
  .describe('evidence file, format touyan-evidence/1');

const stepKeys = [
  'open_call',
  'submissions',
  'evaluation',
  'leaderboard',
  'review',
  'notice',
  'award',
  'certificate',
] as const;

export const home = z.object({
  scenario: z
    .object({
      scenarioId,
      callId,
      title: words(120),
      summary: words(2_000),
      ownerName: z.string(),
      district,
      sector,
      state: z.enum(callStates),
    })
    .nullable(),
  steps: z.array(
    z.object({
      key: z.enum(stepKeys),
      state: z.enum(['waiting', 'running', 'done', 'failed', 'stopped']),
      at: instant.nullable(),
      sentence: words(300),
      href: z.string().nullable(),
    }),
  ),
  numbers: z.array(
    z.object({
      key: z.string(),
      value: z.number().nullable(),
      unit: words(40),
      at: instant.nullable(),
      href: z.string(),
    }),
  ),
  districts: z.array(z.object({ district: z.string(), scenarios: z.number().int() })),
  openCallId: callId.nullable().describe('a call in which one can compete now'),
  simulated: words(120).nullable(),
});
