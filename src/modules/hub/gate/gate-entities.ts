import * as z from 'zod';
import { id, instant, prose } from '#kernel/entities.ts';

/** Whether files are gated, in the words of the Hugging Face Hub: opened at once on asking, or by hand. */
export const gated = z.union([z.literal(false), z.enum(['auto', 'manual'])]);

const gateField = z.object({
  name: z.string().describe('the question, and the key of its answer'),
  type: z.enum(['text', 'checkbox', 'date', 'country', 'select']),
  options: z.array(z.object({ label: z.string(), value: z.string() })),
});
export type GateField = z.output<typeof gateField>;

/** What the card of a gated repository asks (`extra_gated_…` in its front matter). */
export const gateForm = z.object({
  heading: z.string().nullable(),
  description: z.string().nullable(),
  prompt: z.string().nullable().describe('Markdown: the terms'),
  button: z.string().nullable(),
  fields: z.array(gateField),
});
export type GateForm = z.output<typeof gateForm>;

/** Answers by question, as a client sends them. */
export const givenAnswers = z.record(z.string().max(200), z.union([z.boolean(), prose(500)]));
export type GivenAnswers = z.output<typeof givenAnswers>;

export const requestState = z.enum(['pending', 'accepted', 'rejected']);
export type RequestState = z.output<typeof requestState>;

/** What an asker sees of its own request. */
export const ownAccessRequest = z.object({
  requestId: id('access'),
  state: requestState,
  reason: z.string().describe('why it was rejected; empty otherwise'),
  askedAt: instant,
  decidedAt: instant.nullable(),
});

export const accessRequest = ownAccessRequest.extend({
  repositoryId: id('repo'),
  partyId: z.string(),
  answers: z.record(z.string(), z.union([z.boolean(), z.string()])),
  decidedBy: z.string().nullable(),
});
export type AccessRequest = z.output<typeof accessRequest>;
