import * as z from 'zod';
import type { Database } from '#kernel/db.ts';
import {
  createSubscribers,
  type Subscription,
  subscribersDefaults,
} from '#kernel/facts-subscribers.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { callAs } from '#kernel/testing-calls.ts';
import { movableClock, openTestKernel } from '#kernel/testing-kernel.ts';
import { verifyEvidence } from '#verify/verify.ts';
import { createObservatory, observatorySource } from './index.ts';
import type { Uses } from './module-uses.ts';

const options: Uses['options'] = {
  OBSERVATORY_IMPORT_ROWS_MAX: 20,
  OBSERVATORY_IMPORT_UNPACKED_BYTES_MAX: 1_000_000,
  OBSERVATORY_DRAFTS_MAX: 30,
  OBSERVATORY_EVIDENCE_FACTS_MAX: 200,
  OBSERVATORY_WITNESS_WAIT_SECONDS: 5,
};

/** Kinds of other rooms, as loose as can be; one that is counted stays undeclared. */
const otherFacts = {
  'scenarios.call_opened': z.looseObject({}),
  'assurance.score_recorded': z.looseObject({}),
  'exchange.settled': z.looseObject({}),
};

/** The module with real facts, ledger, subscribers and access, and a clock that tests move. */
export async function openHouse(db: Database) {
  const clock = movableClock('2026-11-23T06:00:00.000Z');
  const { kernel, close } = await openTestKernel(db, {
    ...{ sources: [observatorySource], declared: [{ facts: otherFacts }] },
    ...{ clock, ledger: true },
  });
  const { facts, ledger } = kernel;
  const notices: { kind: string; zh: string }[] = [];
  const observatory = createObservatory(options, {
    kernel,
    notify: async (_tx, { kind, title }) => notices.push({ kind, zh: title.zh }),
    partyNames: async (names) => new Map(names.map((id) => [id, `name of ${id}`])),
  });
  for (const id of ['party_bureau', 'party_other']) {
    const party = { type: 'party', id, owner: id, audience: 'owner' } as const;
    await db.transaction((tx) => kernel.access.register(tx, party));
  }
  return {
    ...{
      kernel,
      notices,
      subscriptions: observatory.subscriptions,
      handlers: observatory.handlers,
    },
    moveTo: clock.moveTo,
    /** Records facts of a kind, as their rooms would. */
    record: (kind: keyof typeof otherFacts, bodies: readonly object[]) =>
      db.transaction((tx) =>
        facts.appendAll(
          tx,
          bodies.map((body) => ({ kind, subject: 'thing_1', actor: 'party_1', body })),
        ),
      ),
    /** Runs subscribers until they have handled everything, or until `kill` stops them midway. */
    async count(run: { subscriptions?: readonly Subscription[]; kill?: AbortSignal } = {}) {
      await ledger.integrate();
      const subscribers = createSubscribers(
        { ...subscribersDefaults, batchMax: 3, pollMs: 10, retryMsMin: 1, retryMsMax: 5 },
        run.subscriptions ?? observatory.subscriptions,
        { ...kernel, metrics: createMetrics({ processMetrics: false }) },
      );
      const stop = new AbortController();
      const running = subscribers.service.run(stop.signal);
      const signals = [AbortSignal.timeout(20_000), ...(run.kill ? [run.kill] : [])];
      await subscribers.settle(AbortSignal.any(signals)).catch((error: unknown) => {
        if (!run.kill?.aborted) throw error;
      });
      stop.abort();
      await running;
      return subscribers;
    },
    verify: (file: unknown) =>
      verifyEvidence(JSON.stringify(file), { logKey: ledger.vkey, witnessKeys: [] }),
    close,
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

export const clerk = callAs('party_clerk', { memberOf: 'party_bureau' });
export const outsider = callAs('party_outsider', { memberOf: 'party_other' });
export const operator = callAs('party_operator', { roles: ['operator'] });
export const auditor = callAs('party_auditor', { roles: ['auditor'] });
