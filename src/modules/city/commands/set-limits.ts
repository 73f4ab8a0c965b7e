import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { operationsErrors } from '../operations-errors.ts';
import type { Uses } from '../operations-uses.ts';
import type { CommandLimit } from './command-entities.ts';
import * as store from './command-store.ts';

/** Sets which commands a thing takes. Throws `city.command_limits_changed`. */
export async function setCommandLimits(
  { thingId, version, limits }: { thingId: string; version: number; limits: CommandLimit[] },
  { kernel }: Uses,
  call: Call,
): Promise<store.LimitsRow> {
  return kernel.db.transaction(async (tx) => {
    const before = await store.lockLimits(tx, thingId);
    if (before.version !== version) {
      throw operationsErrors.make.command_limits_changed({ version: before.version });
    }
    const next = { version: version + 1, limits };
    await store.writeLimits(tx, thingId, next);
    await kernel.facts.append(tx, {
      ...{ kind: 'city.command_limits_changed', subject: thingId, actor: call.principal.id },
      body: {
        ...{ thingId, version: next.version },
        limitsDigest: await textDigest(JSON.stringify(limits)),
      },
    });
    kernel.db.afterCommit(tx, () => kernel.live.publish(`city.thing/${thingId}`));
    return next;
  });
}
