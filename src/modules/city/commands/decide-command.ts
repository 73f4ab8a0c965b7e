import type { Call } from '#kernel/principal.ts';
import { operationsErrors } from '../operations-errors.ts';
import type { Uses } from '../operations-uses.ts';
import { problemOf } from './command-check.ts';
import { announceCommand, endCommand, lockCommand } from './command-course.ts';
import * as store from './command-store.ts';

const HOUR_MS = 3_600_000;

/**
 * Confirms a command as a person; it is checked against the limits of now once more. Again changes nothing.
 * Throws `city.command_person_needed`, `city.command_beyond_limits` (it is refused for good),
 * `city.command_state`.
 */
export async function confirmCommand(commandId: string, uses: Uses, call: Call): Promise<void> {
  const { kernel } = uses;
  const { principal } = call;
  const problem = await kernel.db.transaction(async (tx) => {
    const found = await lockCommand(tx, commandId);
    const { limits } = await store.lockLimits(tx, found.thing_id);
    if (found.confirmed_by === principal.id) return null;
    const now = kernel.clock.now();
    if (found.state !== 'proposed') {
      throw operationsErrors.make.command_state({ state: found.state });
    }
    if (found.expires_at <= now) throw operationsErrors.make.command_state({ state: 'expired' });
    const limit = limits.find(({ name }) => name === found.name);
    const alone = limit?.twoPersons === true && found.proposed_by === principal.id;
    if (principal.kind !== 'person' || alone) throw operationsErrors.make.command_person_needed();
    const { thing_id: thingId, name } = found;
    const since = new Date(now.getTime() - HOUR_MS);
    const lastHour = await store.countConfirmed(tx, { thingId, name, since });
    const beyond = problemOf(found, limits, lastHour);
    if (beyond !== null) {
      await endCommand(tx, found, { state: 'refused', problem: beyond, by: principal.id }, uses);
      return beyond;
    }
    const change = { confirmed_by: principal.id, confirmed_at: now };
    await store.moveCommand(tx, commandId, 'confirmed', change);
    await kernel.facts.append(tx, {
      ...{ kind: 'city.command_confirmed', subject: commandId, actor: principal.id },
      body: { commandId, thingId },
    });
    announceCommand(tx, found, uses);
    return null;
  });
  if (problem !== null) throw operationsErrors.make.command_beyond_limits({ problem, commandId });
}

/** Refuses a command that has not been sent. Again changes nothing. */
export async function refuseCommand(
  { commandId, reason }: { commandId: string; reason: string },
  uses: Uses,
  call: Call,
): Promise<void> {
  await uses.kernel.db.transaction(async (tx) => {
    const row = await lockCommand(tx, commandId);
    if (row.state === 'refused') return;
    if (row.state !== 'proposed' && row.state !== 'confirmed') {
      throw operationsErrors.make.command_state({ state: row.state });
    }
    await endCommand(tx, row, { state: 'refused', problem: reason, by: call.principal.id }, uses);
  });
}
