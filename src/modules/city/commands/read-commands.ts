import { kernelErrors } from '#kernel/errors.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { Uses } from '../operations-uses.ts';
import type { KnownThing } from '../things-seam.ts';
import type { CommandView } from './command-entities.ts';
import * as store from './command-store.ts';

type ListInput = Omit<store.CommandFilter, 'visible'> & {
  cursor?: string | undefined;
  limit: number;
};

export async function listCommands(
  { cursor, limit, ...filter }: ListInput,
  uses: Uses,
  call: Call,
) {
  const { access, db } = uses.kernel;
  const visible = access.visible(call.principal, 'city.command.read', store.commandIdColumn);
  const before = decodeCursor(cursor)?.id ?? null;
  const { rows, total } = await store.listCommands(
    db.read,
    { ...filter, visible },
    { before, limit: limit + 1 },
  );
  const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
  const things = await uses.things.find([...new Set(page.items.map((row) => row.thing_id))]);
  const items = await Promise.all(
    page.items.map((row) => viewOf(row, things.get(row.thing_id), uses, call)),
  );
  return { items, total, nextCursor: page.nextCursor };
}

export async function readCommand(commandId: string, uses: Uses, call: Call): Promise<CommandView> {
  const row = await store.readCommand(uses.kernel.db.read, commandId);
  if (!row) throw kernelErrors.make.missing({ id: commandId });
  const things = await uses.things.find([row.thing_id]);
  return viewOf(row, things.get(row.thing_id), uses, call);
}

async function viewOf(
  row: store.CommandRow,
  thing: KnownThing | undefined,
  uses: Uses,
  { principal }: Call,
): Promise<CommandView> {
  const resource = { type: 'city.command', id: row.id };
  const person = principal.kind === 'person' && row.state === 'proposed';
  const { allowed } = person
    ? await uses.kernel.access.decide(principal, 'city.command.confirm', resource)
    : { allowed: false };
  return {
    ...{ commandId: row.id, thingId: row.thing_id, thingName: thing?.name ?? row.thing_id },
    ...{ ownerId: row.owner_id, incidentId: row.incident_id, name: row.name },
    ...{ parameters: row.parameters, state: row.state, problem: row.problem, reason: row.reason },
    ...{ proposedBy: row.proposed_by, proposedAt: row.proposed_at.toISOString() },
    ...{ confirmedBy: row.confirmed_by, confirmedAt: row.confirmed_at?.toISOString() ?? null },
    sentAt: row.sent_at?.toISOString() ?? null,
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    ...{ expiresAt: row.expires_at.toISOString(), attempts: row.attempts },
    stopped: await uses.serving.stops.isStopped({ type: 'city.thing', id: row.thing_id }),
    ...{ mayConfirm: allowed, replayed: thing?.replayed ?? false },
  };
}
