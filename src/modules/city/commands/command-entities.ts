import * as z from 'zod';
import { id, instant } from '#kernel/entities.ts';
import { columnName, parameterValue } from '../rules/rule-entities.ts';
import { thingId } from '../things-entities.ts';

/** What a command is made of. Browser-safe. */

export const commandStates = [
  'proposed',
  'confirmed',
  'sent',
  'delivered',
  'done',
  'failed',
  'expired',
  'refused',
] as const;
export type CommandState = (typeof commandStates)[number];

/** What one parameter of a command may be. */
const parameterLimit = z.union([
  z
    .object({ min: z.number(), max: z.number() })
    .refine(({ min, max }) => min <= max, 'min is not above max'),
  z.object({ values: z.array(parameterValue).min(1).max(50) }),
]);

export const commandLimit = z.object({
  name: columnName,
  parameters: z.record(columnName, parameterLimit).describe('each is required, no other is taken'),
  perHourMax: z.number().int().min(1).max(3_600),
  twoPersons: z.boolean().describe('whoever proposed it may not confirm it'),
  expiresSeconds: z.number().int().min(5).max(86_400).describe('from the proposal to the answer'),
});
export type CommandLimit = z.infer<typeof commandLimit>;

export const commandLimits = z.object({
  thingId,
  version: z.number().int().describe('0 where none were ever set: every command is refused'),
  limits: z.array(commandLimit),
});

export const command = z.object({
  commandId: id('command'),
  thingId,
  thingName: z.string(),
  ownerId: z.string(),
  incidentId: id('incident').nullable(),
  name: z.string(),
  parameters: z.record(z.string(), parameterValue),
  state: z.enum(commandStates),
  problem: z.string().nullable().describe('why it was refused, failed or expired'),
  reason: z.string(),
  proposedBy: z.string(),
  proposedAt: instant,
  confirmedBy: z.string().nullable(),
  confirmedAt: instant.nullable(),
  sentAt: instant.nullable(),
  deliveredAt: instant.nullable(),
  finishedAt: instant.nullable(),
  expiresAt: instant,
  attempts: z.number().int().describe('times that it was sent'),
  stopped: z.boolean().describe('commands of its thing are halted by an emergency stop'),
  mayConfirm: z.boolean(),
  replayed: z.boolean(),
});
export type CommandView = z.input<typeof command>;
