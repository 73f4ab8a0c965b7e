import { readFileSync } from 'node:fs';
import { createAccess } from '#kernel/access-engine.ts';
import type { Database } from '#kernel/db.ts';
import { createFacts } from '#kernel/facts.ts';
import { startHttp } from '#kernel/http.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { silentLog } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { migrate } from '#kernel/migrate.ts';
import type { Call, Principal } from '#kernel/principal.ts';
import { stranger } from '#kernel/principal.ts';
import { createParties, type PartiesOptions, partiesSource } from './index.ts';

const kernelFolder = new URL('../../kernel/migrations', import.meta.url).pathname;

/** The module on a real database with real facts and access, and a clock that tests move. */
export async function openPartiesHouse(db: Database, options: Partial<PartiesOptions> = {}) {
  await migrate(db, [{ module: 'kernel', folder: kernelFolder }, partiesSource.migrations]);
  let offset = 0;
  const clock = { now: () => new Date(Date.now() + offset) };
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const contracts = [kernelContract, partiesSource.contract];
  const schemas = Object.assign({}, ...contracts.map(({ facts }) => facts));
  const facts = createFacts({ schemas }, { db, clock, ids, random });
  const declarations = {
    ...Object.assign({}, ...contracts.map(({ permissions }) => permissions)),
    'lab.sample.write': { kind: 'write', resource: 'lab.sample', summary: 'change a sample' },
  };
  const cedarTexts = partiesSource.cedar ? [readFileSync(partiesSource.cedar, 'utf8')] : [];
  const access = createAccess({ declarations, cedarTexts }, { db, clock, ids, facts });
  const parties = createParties(
    {
      secret: 'a secret of at least thirty-two characters',
      address: 'http://127.0.0.1:7800',
      sessionDays: 7,
      signInsPerMinuteMax: 1000,
      registration: 'open',
      registrationsPerMinuteMax: 1000,
      trustedProxies: [],
      loopback: true,
      personas: true,
      ...options,
    },
    { kernel: { db, clock, ids, random, facts, access } },
  );
  const { handlers } = parties;
  let people = 0;
  /** A new person with an account, as the principal of a call. */
  const person = async (name = 'somebody') => {
    people += 1;
    const email = `${name}-${people}@example.org`.toLowerCase();
    const password = 'correct horse battery';
    const { partyId } = await handlers.register({ name, email, password }, callOf(stranger));
    return { partyId, email, password, call: await asNow(partyId) };
  };
  /** The call of a party as it stands at this moment. */
  const asNow = async (partyId: string) => {
    const key = await handlers.createApiKey(
      { partyId, name: 'test' },
      callOf({ id: partyId, kind: 'person', name: '', memberships: [], roles: [] }),
    );
    return callOf(await parties.authenticate(bearer(key.key)));
  };
  return {
    ...{ db, facts, access, parties, handlers, person, asNow, ids, clock },
    /** Moves the clock on. */
    move(seconds: number) {
      offset += seconds * 1000;
    },
    kinds: async (subject: string) =>
      (await facts.about(subject, { limit: 100 })).map(({ kind }) => kind).reverse(),
    /** Serves the module's operations and doors on a free port. */
    serve: () =>
      startHttp(
        {
          host: '127.0.0.1',
          port: 0,
          bodyBytesMax: 100_000,
          requestMilliseconds: 10_000,
          pages: null,
        },
        {
          modules: [parties],
          ids,
          log: silentLog(),
          metrics: createMetrics({ processMetrics: false }),
          authenticate: parties.authenticate,
        },
      ),
  };
}

export const bearer = (key: string) => new Headers({ authorization: `Bearer ${key}` });

export function callOf(principal: Principal): Call {
  return { principal, requestId: 'r', language: 'en', signal: new AbortController().signal };
}
