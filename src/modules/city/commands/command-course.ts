import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { textDigest } from '#verify/crypto.ts';
import type { Uses } from '../operations-uses.ts';
import type { CommandState } from './command-entities.ts';
import * as store from './command-store.ts';

/** How commands move. Every function works in the caller's transaction, with the command's row locked. */

/** Throws `kernel.missing`. */
export async function lockCommand(tx: Executor, commandId: string): Promise<store.CommandRow> {
  const row = await store.readCommand(tx, commandId, { lock: true });
  if (!row) throw kernelErrors.make.missing({ id: commandId });
  return row;
}

/** Tells open pages once it is durable. */
export function announceCommand(
  tx: Executor,
  row: Pick<store.CommandRow, 'id' | 'thing_id' | 'incident_id'>,
  { kernel }: Uses,
): void {
  const topics = [`city.command/${row.id}`, 'city.command', `city.thing/${row.thing_id}`];
  if (row.incident_id) topics.push(`city.incident/${row.incident_id}`);
  kernel.db.afterCommit(tx, () => {
    for (const topic of topics) kernel.live.publish(topic);
  });
}

type End = Extract<CommandState, 'done' | 'failed' | 'expired' | 'refused'>;

/** Ends a command, with the fact. `by` is the party or the thing that brought it about. */
export async function endCommand(
  tx: Executor,
  row: store.CommandRow,
  end: { state: End; problem: string | null; by: string },
  uses: Uses,
): Promise<void> {
  const { kernel } = uses;
  const { state, problem, by } = end;
  await store.moveCommand(tx, row.id, state, { problem, finished_at: kernel.clock.now() });
  await kernel.facts.append(tx, {
    ...{ kind: 'city.command_finished', subject: row.id, actor: by },
    body: {
      ...{ commandId: row.id, thingId: row.thing_id, state },
      ...(problem === null ? {} : { problemDigest: await textDigest(problem) }),
    },
  });
  announceCommand(tx, row, uses);
}
