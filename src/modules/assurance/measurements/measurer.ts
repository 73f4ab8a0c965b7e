import { type Bell, pause, type Service } from '#kernel/service.ts';
import { measure } from './measure.ts';
import * as store from './measurement-store.ts';
import type { MeasurementUses } from './measurement-uses.ts';

const LOOK_EVERY_MS = 1_000;
const FAULT_MS = 5_000;

/**
 * Measures what was asked for, one measurement at a time on each server. A server holds what it measures under a lease: where it
 * is killed, another, or itself after a restart, goes on with the cases that are not counted yet.
 */
export function createMeasurer(uses: MeasurementUses & { bell: Bell }): Service {
  const { kernel, options, bell } = uses;
  const { db, clock, ids, log } = kernel;
  /** Measures, and holds the lease over calls that take longer than it. */
  const held = async (row: store.MeasurementRow, lease: () => store.Lease, signal: AbortSignal) => {
    const renew = () =>
      db.transaction((tx) => store.renewLease(tx, row.id, lease())).catch(() => false);
    const beat = setInterval(renew, (options.ASSURANCE_MEASURE_LEASE_SECONDS * 1_000) / 3);
    try {
      await measure(row, { ...uses, lease }, signal);
    } finally {
      clearInterval(beat);
    }
  };
  return {
    name: 'assurance.measurer',
    async run(signal) {
      const serverId = ids('server');
      const lease = () => {
        const now = clock.now();
        const until = new Date(now.getTime() + options.ASSURANCE_MEASURE_LEASE_SECONDS * 1_000);
        return { serverId, now, until };
      };
      while (!signal.aborted) {
        try {
          const row = await db.transaction((tx) => store.claimMeasurement(tx, lease()));
          if (row) await held(row, lease, signal);
          else await bell.sleep(LOOK_EVERY_MS, signal);
        } catch (error) {
          if (signal.aborted) return;
          log.error({ error }, 'measurements could not be looked at');
          await pause(FAULT_MS, signal);
        }
      }
    },
  };
}
