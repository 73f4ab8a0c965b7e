import type { Executor } from '#kernel/db.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { operationsErrors } from '../operations-errors.ts';
import type { Uses } from '../operations-uses.ts';
import { problemOf } from './command-check.ts';
import { announceCommand, endCommand } from './command-course.ts';
import * as store from './command-store.ts';

const HOUR_MS = 3_600_000;
/** A proposal that was refused at once was never going to expire later than this. */
const REFUSED_SECONDS = 60;

export type Proposal = {
  thingId: string;
  ownerId: string;
  incidentId: string | null;
  name: string;
  parameters: Record<string, number | boolean | string>;
  reason: string;
  idempotencyKey: string;
};

/**
 * Proposes a command. Within the limits of the thing it waits for a person, beyond them it is kept as refused. The
 * same key of the same party gives the same command. Throws `city.commands_waiting_limit`.
 */
export async function proposeCommand(
  tx: Executor,
  proposal: Proposal,
  uses: Uses,
  call: Call,
): Promise<store.CommandRow> {
  const { kernel, options } = uses;
  const { thingId, ownerId, incidentId, name, parameters, reason, idempotencyKey } = proposal;
  const proposedBy = call.principal.id;
  const { limits } = await store.lockLimits(tx, thingId);
  const before = await store.findByKey(tx, { thingId, proposedBy, idempotencyKey });
  if (before) return before;
  const limit = options.CITY_COMMANDS_WAITING_MAX;
  const crowded = (await store.countUnfinished(tx, thingId)) >= limit;
  if (crowded && call.principal.kind !== 'service') {
    throw operationsErrors.make.commands_waiting_limit({ limit });
  }
  const now = kernel.clock.now();
  const since = new Date(now.getTime() - HOUR_MS);
  const lastHour = await store.countConfirmed(tx, { thingId, name, since });
  const problem = crowded
    ? `the thing has ${limit} commands waiting`
    : problemOf({ name, parameters }, limits, lastHour);
  const seconds = limits.find((each) => each.name === name)?.expiresSeconds ?? REFUSED_SECONDS;
  const commandId = kernel.ids('command');
  await store.insertCommand(tx, {
    ...{ id: commandId, thing_id: thingId, owner_id: ownerId, incident_id: incidentId },
    ...{ name, parameters, reason, idempotency_key: idempotencyKey, state: 'proposed' },
    ...{ problem: null, proposed_by: proposedBy, proposed_at: now, finished_at: null },
    expires_at: new Date(now.getTime() + seconds * 1_000),
  });
  const resource = { type: 'city.command', id: commandId, owner: ownerId };
  await kernel.access.register(tx, { ...resource, audience: 'owner' });
  await kernel.facts.append(tx, {
    ...{ kind: 'city.command_proposed', subject: commandId, actor: proposedBy },
    body: {
      ...{ commandId, thingId, name, incidentId },
      parametersDigest: await textDigest(JSON.stringify(Object.entries(parameters).sort())),
    },
  });
  const row = await store.readCommand(tx, commandId);
  if (!row) throw new Error(`${commandId} was not written`);
  if (problem !== null) {
    await endCommand(tx, row, { state: 'refused', problem, by: proposedBy }, uses);
    return { ...row, state: 'refused', problem, finished_at: now };
  }
  announceCommand(tx, row, uses);
  return row;
}
