import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { createAccess } from '#kernel/access-engine.ts';
import type { Database } from '#kernel/db.ts';
import { createFacts } from '#kernel/facts.ts';
import {
  createSubscribers,
  type Subscription,
  subscribersDefaults,
} from '#kernel/facts-subscribers.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { ledgerDefaults, openLedger } from '#kernel/ledger.ts';
import { createLive } from '#kernel/live.ts';
import { silentLog } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { migrate } from '#kernel/migrate.ts';
import type { Kernel } from '#kernel/module.ts';
import { type Call, type Principal, stranger } from '#kernel/principal.ts';
import { openFileSigner } from '#kernel/signer.ts';
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
  const kernelFolder = fileURLToPath(new URL('../../kernel/migrations', import.meta.url));
  const { contract, migrations, cedar } = observatorySource;
  await migrate(db, [{ module: 'kernel', folder: kernelFolder }, migrations]);
  const folder = await mkdtemp(join(tmpdir(), 'touyan-observatory-'));
  let now = Date.parse('2026-11-23T06:00:00.000Z');
  const clock = { now: () => new Date(now) };
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const schemas = { ...kernelContract.facts, ...contract.facts, ...otherFacts };
  const facts = createFacts({ schemas }, { db, clock, ids, random });
  const access = createAccess(
    {
      declarations: { ...kernelContract.permissions, ...contract.permissions },
      cedarTexts: cedar ? [readFileSync(cedar, 'utf8')] : [],
    },
    { db, clock, ids, facts },
  );
  const log = silentLog();
  const metrics = createMetrics({ processMetrics: false });
  const signer = await openFileSigner({ file: join(folder, 'key'), name: 'test.example/log' });
  const ledger = await openLedger(
    { ...ledgerDefaults, intervalMs: 1, pollMs: 20 },
    { db, clock, signer, witnesses: [], facts, log, metrics },
  );
  const missing = (name: string): never => {
    throw new Error(`this kernel has no ${name}`);
  };
  const kernel: Kernel = {
    ...{ clock, random, ids, db, facts, ledger, access, log, metrics, live: createLive() },
    get blobs() {
      return missing('blobs');
    },
    get tasks() {
      return missing('tasks');
    },
  };
  const notices: { kind: string; zh: string }[] = [];
  const observatory = createObservatory(options, {
    kernel,
    notify: async (_tx, { kind, title }) => notices.push({ kind, zh: title.zh }),
    partyNames: async (names) => new Map(names.map((id) => [id, `name of ${id}`])),
  });
  for (const id of ['party_bureau', 'party_other']) {
    const party = { type: 'party', id, owner: id, audience: 'owner' } as const;
    await db.transaction((tx) => access.register(tx, party));
  }
  return {
    ...{
      kernel,
      notices,
      subscriptions: observatory.subscriptions,
      handlers: observatory.handlers,
    },
    moveTo: (time: string) => {
      now = Date.parse(time);
    },
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
        { db, clock, ledger, log, metrics: createMetrics({ processMetrics: false }) },
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
      verifyEvidence(JSON.stringify(file), { logKey: signer.vkey, witnessKeys: [] }),
    close: () => rm(folder, { recursive: true }),
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

export function callOf(principal: Partial<Principal> & { id: string }): Call {
  const whole = { kind: 'person' as const, name: principal.id, memberships: [], roles: [] };
  const signal = new AbortController().signal;
  return {
    principal: { ...whole, ...principal },
    requestId: 'test',
    signal,
    language: 'zh',
  };
}

const member = (organisation: string) => [{ organisation, role: 'member' as const }];
export const clerk = callOf({ id: 'party_clerk', memberships: member('party_bureau') });
export const outsider = callOf({ id: 'party_outsider', memberships: member('party_other') });
export const operator = callOf({ id: 'party_operator', roles: ['operator'] });
export const auditor = callOf({ id: 'party_auditor', roles: ['auditor'] });
export const nobody: Call = { ...callOf({ id: 'x' }), principal: stranger };
