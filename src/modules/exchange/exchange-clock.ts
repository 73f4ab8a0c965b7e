import { serviceCall } from '#kernel/principal.ts';
import type { Bell, Service } from '#kernel/service.ts';
import * as agreements from './agreement-store.ts';
import { endLocked } from './end-agreement.ts';
import type { Uses } from './module-uses.ts';
import { settle } from './settle.ts';

const SLEEP_MS_MAX = 15_000;
// Less would turn an agreement whose handling fails into a busy loop.
const SLEEP_MS_MIN = 200;
const DUE_MAX = 100;
/** What failed waits so long, so that it does not keep the others from their turn. */
const RETRY_MS = 60_000;

/**
 * Settles agreements in their intervals and ends those whose time is over. Each in a transaction of
 * its own under its lock: killed anywhere, it does nothing twice.
 */
export function createExchangeClock(uses: Uses, bell: Bell): Service {
  const { kernel } = uses;
  return {
    name: 'exchange.clock',
    async run(signal) {
      while (!signal.aborted) {
        await attendAgreements(uses, signal);
        const next = await agreements.nextDue(kernel.db.read);
        const left = next ? next.getTime() - kernel.clock.now().getTime() : SLEEP_MS_MAX;
        await bell.sleep(Math.min(Math.max(left, SLEEP_MS_MIN), SLEEP_MS_MAX), signal);
      }
    },
  };
}

/** Does everything that is due by now. */
export async function attendAgreements(uses: Uses, signal: AbortSignal): Promise<void> {
  const { kernel } = uses;
  const now = kernel.clock.now();
  for (const id of await agreements.agreementsDue(kernel.db.read, now, DUE_MAX)) {
    if (signal.aborted) return;
    try {
      await attend(id, now, uses, signal);
    } catch (error) {
      kernel.log.error({ error, agreementId: id }, 'an agreement could not be settled');
      const later = new Date(now.getTime() + RETRY_MS);
      await kernel.db.transaction((tx) => agreements.recordDue(tx, id, later));
    }
  }
}

async function attend(id: string, now: Date, uses: Uses, signal: AbortSignal): Promise<void> {
  const call = serviceCall('exchange', signal);
  const over = await uses.kernel.db.transaction(async (tx) => {
    const row = await agreements.readAgreement(tx, id, { lock: true });
    if (!row || row.state === 'ended') return true;
    if (!row.valid_until || row.valid_until.getTime() > now.getTime()) return false;
    await endLocked(row, { reason: 'expired', text: null }, { tx, uses, call });
    return true;
  });
  if (!over) await settle(id, uses, call);
}
