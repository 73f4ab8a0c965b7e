import * as z from 'zod';
import { id } from '#kernel/entities.ts';
import type { Json } from '#kernel/errors.ts';
import { servicePrincipal } from '#kernel/principal.ts';
import { createBell, type Service } from '#kernel/service.ts';
import { operationsErrors } from '../operations-errors.ts';
import type { Uses } from '../operations-uses.ts';
import { mayFollow } from './command-check.ts';
import { announceCommand, endCommand, lockCommand } from './command-course.ts';
import * as store from './command-store.ts';

const POLL_MS = 1_000;
const BATCH = 100;

/**
 * Sends what a person has confirmed, from the server that the thing is connected to. The step to *sent* is durable before a
 * message leaves, so that none leaves without its fact; it leaves again until the thing has received it or
 * the command has expired. Each message has the id of the command: a thing acts on one only once.
 */
export function createCommandSender(uses: Uses): Service & { ring(): void } {
  const bell = createBell();
  return {
    name: 'city.commands',
    ring: bell.ring,
    async run(signal) {
      const stops = [
        uses.things.onListening(bell.ring),
        uses.serving.stops.onChange(bell.ring),
        uses.things.onAcknowledgement((thingId, message) =>
          takeAcknowledgement(thingId, message, uses),
        ),
      ];
      const sending: Sending = new Map();
      try {
        while (!signal.aborted) {
          await expireCommands(uses);
          await sendCommands(uses, sending);
          await bell.sleep(POLL_MS, signal);
        }
      } finally {
        for (const stop of stops) stop();
        await Promise.all(sending.values());
      }
    },
  };
}

/** What is on its way, so that a thing that is slow to answer holds up no other. */
type Sending = Map<string, Promise<void>>;

/** Begins to send everything that can be sent from here now. */
export async function sendCommands(uses: Uses, sending: Sending): Promise<void> {
  const { kernel, options } = uses;
  const thingIds = uses.things.listening();
  if (thingIds.length === 0) return;
  const now = kernel.clock.now();
  const resentBefore = new Date(now.getTime() - options.CITY_COMMAND_RESEND_SECONDS * 1_000);
  const due = { thingIds, now, resentBefore, limit: BATCH };
  const rows = await store.commandsToSend(kernel.db.read, due);
  for (const { id: commandId } of rows) {
    if (sending.has(commandId)) continue;
    const work = sendCommand(commandId, resentBefore, uses)
      .catch((error: unknown) => {
        kernel.log.error({ error, commandId }, 'a command could not be sent');
      })
      .finally(() => sending.delete(commandId));
    sending.set(commandId, work);
  }
}

async function sendCommand(commandId: string, resentBefore: Date, uses: Uses): Promise<void> {
  const { kernel, things } = uses;
  const taken = await kernel.db.transaction(async (tx) => {
    const row = await lockCommand(tx, commandId);
    const resend = row.state === 'sent' && row.sent_at !== null && row.sent_at < resentBefore;
    if (row.state !== 'confirmed' && !resend) return null;
    const now = kernel.clock.now();
    if (row.expires_at <= now) return null;
    if (await uses.serving.stops.isStopped({ type: 'city.thing', id: row.thing_id }, tx))
      return null;
    const attempt = row.attempts + 1;
    await store.moveCommand(tx, row.id, 'sent', { sent_at: now, attempts: attempt });
    await kernel.facts.append(tx, {
      ...{ kind: 'city.command_sent', subject: row.id, actor: servicePrincipal('city').id },
      body: { commandId: row.id, thingId: row.thing_id, attempt },
    });
    announceCommand(tx, row, uses);
    return row;
  });
  if (!taken) return;
  // A stop that came meanwhile still holds the message back; it leaves after the release.
  const target = { type: 'city.thing', id: taken.thing_id };
  if (await uses.serving.stops.isStopped(target, kernel.db.read)) return;
  const { thing_id, name, parameters, expires_at } = taken;
  const message = { commandId, name, parameters, expiresAt: expires_at.toISOString() };
  if (await things.send(thing_id, message)) await markDelivered(commandId, thing_id, uses);
}

async function markDelivered(commandId: string, thingId: string, uses: Uses): Promise<void> {
  const { kernel } = uses;
  await kernel.db.transaction(async (tx) => {
    const row = await lockCommand(tx, commandId);
    if (!mayFollow(row.state, 'delivered')) return;
    await store.moveCommand(tx, row.id, 'delivered', { delivered_at: kernel.clock.now() });
    await kernel.facts.append(tx, {
      ...{ kind: 'city.command_delivered', subject: row.id, actor: thingId },
      body: { commandId, thingId },
    });
    announceCommand(tx, row, uses);
  });
}

/** Ends what nobody confirmed, received or answered in time. */
export async function expireCommands(uses: Uses): Promise<void> {
  const { kernel } = uses;
  const now = kernel.clock.now();
  for (const commandId of await store.expiredCommands(kernel.db.read, now, BATCH)) {
    await kernel.db.transaction(async (tx) => {
      const row = await lockCommand(tx, commandId);
      if (!['proposed', 'confirmed', 'sent', 'delivered'].includes(row.state)) return;
      const by = servicePrincipal('city').id;
      const problem = `it was still ${row.state} when its time ran out`;
      await endCommand(tx, row, { state: 'expired', problem, by }, uses);
    });
  }
}

const acknowledgement = z.object({
  commandId: id('command'),
  state: z.enum(['delivered', 'done', 'failed']),
  message: z.string().max(500).optional(),
});

/** Takes what a thing says of a command. The same again changes nothing. */
export async function takeAcknowledgement(
  thingId: string,
  message: Json,
  uses: Uses,
): Promise<void> {
  const parsed = acknowledgement.safeParse(message);
  if (!parsed.success) throw operationsErrors.make.acknowledgement_unknown();
  const { commandId, state, message: said } = parsed.data;
  if (state === 'delivered') {
    await requireOwn(commandId, thingId, uses);
    return markDelivered(commandId, thingId, uses);
  }
  await uses.kernel.db.transaction(async (tx) => {
    const row = await store.readCommand(tx, commandId, { lock: true });
    if (row?.thing_id !== thingId) throw operationsErrors.make.acknowledgement_unknown();
    if (row.state === state) return;
    if (!mayFollow(row.state, state)) throw operationsErrors.make.acknowledgement_unknown();
    const problem = said?.isWellFormed() && !said.includes('\u0000') ? said : null;
    await endCommand(tx, row, { state, problem, by: thingId }, uses);
  });
}

async function requireOwn(commandId: string, thingId: string, { kernel }: Uses): Promise<void> {
  const row = await store.readCommand(kernel.db.read, commandId);
  if (row?.thing_id !== thingId) throw operationsErrors.make.acknowledgement_unknown();
}
