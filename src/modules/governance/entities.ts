import * as z from 'zod';
import { digest, id, instant, prose, words } from '#kernel/entities.ts';
import { automations } from './answer-sheet.ts';
import { standings, tiers } from './tier-rules.ts';

/** What the operations of governance take and give. Browser-safe. */

export const assessmentId = id('assessment');
export const approvalId = id('approval');
export const partyId = z.string().min(1).max(80);
export const deploymentId = id('deployment');
export const reason = prose(2_000).refine((text) => text.trim() !== '', 'a reason');
/** Six digits of GB/T 2260, such as 310115. */
const district = z.string().regex(/^\d{6}$/, 'six digits of GB/T 2260');
export const districts = z.array(district).max(400);

export const tier = z.enum(tiers);
export const automation = z.enum(automations);

const source = z.object({
  title: words(200),
  url: z.string(),
  standing: z.enum(standings).describe('how well the text is known here'),
});

const rule = z.object({
  ruleId: z.string(),
  tier,
  decided: z.boolean().describe('of the tier that came out'),
  text: words(400),
  article: z.string(),
  source,
});

export const answerSheet = z.object({
  rulesVersion: z.string(),
  questions: z.array(
    z.object({
      name: z.string(),
      title: words(200),
      help: words(400),
      several: z.boolean(),
      options: z.array(z.object({ code: z.string(), title: words(200) })),
    }),
  ),
  rules: z.array(rule.omit({ decided: true })),
});

export const assessment = z.object({
  assessmentId,
  certificateId: id('certificate'),
  title: words(500).describe('of the certificate'),
  ownerId: partyId,
  ownerName: z.string(),
  use: z.string(),
  tier,
  rulesVersion: z.string(),
  published: z.boolean(),
  assessedBy: z.string(),
  assessedAt: instant,
});

const answerCodes = z.union([z.string(), z.array(z.string())]);

export const assessmentDetail = assessment.extend({
  answers: z.record(z.string(), answerCodes),
  rules: z.array(rule),
  certificateState: z.enum(['valid', 'expired', 'revoked']),
  approvalId: approvalId.nullable().describe('the newest that was asked for'),
  actions: z.array(z.enum(['request_approval'])).describe('what the reader can do'),
});

export const approvalStates = ['requested', 'approved', 'refused', 'withdrawn'] as const;
export const refusals = [
  'rejected',
  'returned',
  'case_withdrawn',
  'certificate_revoked',
  'certificate_expired',
] as const;

export const approval = z.object({
  approvalId,
  assessmentId,
  certificateId: id('certificate'),
  title: words(500),
  ownerId: partyId,
  ownerName: z.string(),
  tier,
  use: z.string(),
  purpose: z.string(),
  districts,
  automation,
  state: z.enum(approvalStates),
  refusal: z.enum(refusals).nullable(),
  caseId: id('case'),
  programId: z.string().nullable(),
  validUntil: instant.describe('end of the certificate, and of the grants'),
  requestedAt: instant,
  decidedAt: instant.nullable(),
  withdrawnAt: instant.nullable(),
});

export const approvalDetail = approval.extend({
  program: z.object({
    revisionDigest: digest,
    environment: z.string(),
    environmentDigest: digest,
    optionsDigest: digest,
  }),
  requestedBy: z.string(),
  withdrawnBy: z.string().nullable(),
  withdrawnReason: z.string().nullable(),
  actions: z.array(z.enum(['withdraw'])).describe('what the reader can do'),
});

export const targetTypes = ['serving.deployment', 'city.rule', 'city.thing'] as const;
export type TargetType = (typeof targetTypes)[number];

/** A deployment, a rule, or a thing (whose commands are stopped). */
export const target = z.object({
  type: z.enum(targetTypes),
  id: z.string().regex(/^[a-z]+_[0-9a-hjkmnp-tv-z]{26}$/, 'an identifier'),
});

/** The same in one word: `<type>/<id>`. */
export const targetName = z
  .string()
  .regex(
    /^(serving\.deployment|city\.rule|city\.thing)\/[a-z]+_[0-9a-hjkmnp-tv-z]{26}$/,
    'type/id',
  );

export const stop = z.object({
  stopId: id('stop'),
  target: z.object({ type: z.string(), id: z.string() }),
  reason: z.string(),
  stoppedBy: z.string(),
  stoppedByName: z.string(),
  stoppedAt: instant,
  releasedBy: z.string().nullable(),
  releaseReason: z.string().nullable(),
  releasedAt: instant.nullable(),
});

const share = z.number().min(0).max(1);

export const thresholds = z.object({
  errorRateMax: share.nullable().describe('errors among the rows that were asked about'),
  flaggedShareMin: share.nullable().describe('of the last 1,000 rows'),
  flaggedShareMax: share.nullable().describe('of the last 1,000 rows'),
  incidentsPerHourMax: z.number().min(0).max(100_000).nullable(),
});

export const measures = ['error_rate', 'flagged_low', 'flagged_high', 'incidents'] as const;

export const readings = z.object({
  rowsAnswered: z.number().int(),
  errorRate: z.number(),
  flaggedShare: z.number().nullable(),
  incidentsPerHour: z.number().int(),
});

export const warning = z.object({
  warningId: id('warning'),
  deploymentId,
  measure: z.enum(measures),
  value: z.number(),
  threshold: z.number(),
  stopId: id('stop').nullable(),
  raisedAt: instant,
  endedAt: instant.nullable().describe('null while it lasts'),
});

export const watch = z.object({
  deploymentId,
  thresholds,
  stops: z.boolean().describe('what goes beyond a threshold stops the deployment'),
  setBy: z.string().nullable().describe('null where no watch was set'),
  setAt: instant.nullable(),
  readings: readings.nullable(),
  lookedAt: instant.nullable(),
  warnings: z.array(warning).describe('those that last'),
  actions: z.array(z.enum(['set'])).describe('what the reader can do'),
});

export type AssessmentView = z.input<typeof assessment>;
export type AssessmentDetail = z.input<typeof assessmentDetail>;
export type ApprovalView = z.input<typeof approval>;
export type ApprovalDetail = z.input<typeof approvalDetail>;
export type Target = z.output<typeof target>;
export type StopView = z.input<typeof stop>;
export type Thresholds = z.output<typeof thresholds>;
export type Readings = z.output<typeof readings>;
export type Measure = (typeof measures)[number];
export type WarningView = z.input<typeof warning>;
export type WatchView = z.input<typeof watch>;
export type Refusal = (typeof refusals)[number];
