import type * as z from 'zod';
import { moduleContract } from '#kernel/contract.ts';
import { operationsContract } from './contract-operations.ts';
import { thingsContract } from './contract-things.ts';
import type { observation, refusal, thing, thingDetail } from './things-entities.ts';

/** Things and what they observe; rules, incidents, commands and the map. */
export const cityContract = moduleContract({
  name: 'city',
  permissions: { ...thingsContract.permissions, ...operationsContract.permissions },
  facts: { ...thingsContract.facts, ...operationsContract.facts },
  tasks: { ...thingsContract.tasks, ...operationsContract.tasks },
  errors: { ...thingsContract.errors, ...operationsContract.errors },
  operations: { ...thingsContract.operations, ...operationsContract.operations },
});

export type ThingView = z.input<typeof thing>;
export type ThingDetailView = z.input<typeof thingDetail>;
export type ObservationView = z.input<typeof observation>;
export type RefusalView = z.input<typeof refusal>;
