import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createAccess } from '#kernel/access-engine.ts';
import type { Database } from '#kernel/db.ts';
import { createFacts } from '#kernel/facts.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { createLive } from '#kernel/live.ts';
import { silentLog } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { migrate } from '#kernel/migrate.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call, Principal } from '#kernel/principal.ts';
import { casesSource, createCases, type Notify, type Procedure } from './index.ts';

type Notice = Parameters<Notify>[1];

/** The module on a real database with real facts and access, a clock that tests move, and notices kept. */
export async function openHouse(db: Database, procedures: readonly Procedure[]) {
  const folder = fileURLToPath(new URL('../../kernel/migrations', import.meta.url));
  await migrate(db, [{ module: 'kernel', folder }, casesSource.migrations]);
  let now = new Date('2026-11-23T02:00:00Z');
  const clock = { now: () => now };
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const contracts = [kernelContract, casesSource.contract];
  const schemas = Object.assign({}, ...contracts.map((contract) => contract.facts));
  const facts = createFacts({ schemas }, { db, clock, ids, random });
  const declarations = Object.assign({}, ...contracts.map((contract) => contract.permissions));
  const cedarTexts = casesSource.cedar ? [readFileSync(casesSource.cedar, 'utf8')] : [];
  const access = createAccess({ declarations, cedarTexts }, { db, clock, ids, facts });
  const unused = (name: string): never => {
    throw new Error(`this kernel has no ${name}`);
  };
  const kernel: Kernel = {
    ...{ clock, random, ids, db, facts, access },
    live: createLive(),
    log: silentLog(),
    metrics: createMetrics({ processMetrics: false }),
    get blobs() {
      return unused('blobs');
    },
    get ledger() {
      return unused('ledger');
    },
    get tasks() {
      return unused('tasks');
    },
  };
  const notices: Notice[] = [];
  const cases = createCases(
    { procedures, objectionsOpenMax: 2 },
    {
      kernel,
      notify: async (_tx, notice) => notices.push(notice),
      partyNames: async (ids) => new Map(ids.map((id) => [id, `name of ${id}`])),
    },
  );
  return {
    kernel,
    cases,
    notices,
    /** Moves the clock to an instant, or on by seconds. */
    move(to: string | number) {
      now = typeof to === 'number' ? new Date(now.getTime() + to * 1_000) : new Date(to);
    },
    tick: () => cases.attendDue(new AbortController().signal),
    kinds: async (subject: string) =>
      (await facts.about(subject, { limit: 100 })).map((fact) => fact.kind).reverse(),
  };
}

export function callAs(
  id: string,
  organisation: string | null,
  roles: Principal['roles'] = [],
): Call {
  const memberships = organisation ? [{ organisation, role: 'member' as const }] : [];
  const principal: Principal = { id, kind: 'person', name: id, memberships, roles };
  return { principal, requestId: 'r', language: 'zh', signal: new AbortController().signal };
}
