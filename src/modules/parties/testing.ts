import type { Database } from '#kernel/db.ts';
import { startHttp } from '#kernel/http.ts';
import { callAs, callOf, nobody } from '#kernel/testing-calls.ts';
import { movableClock, openTestKernel } from '#kernel/testing-kernel.ts';
import { createParties, type PartiesOptions, partiesSource } from './index.ts';

const permissions = {
  'lab.sample.write': { kind: 'write', resource: 'lab.sample', summary: 'change a sample' },
} as const;

/** The module on a real database with real facts and access, and a clock that tests move. */
export async function openPartiesHouse(db: Database, options: Partial<PartiesOptions> = {}) {
  const clock = movableClock();
  const sources = [partiesSource];
  const { kernel } = await openTestKernel(db, { sources, declared: [{ permissions }], clock });
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
    { kernel },
  );
  const { handlers } = parties;
  let people = 0;
  /** A new person with an account, as the principal of a call. */
  const person = async (name = 'somebody') => {
    people += 1;
    const email = `${name}-${people}@example.org`.toLowerCase();
    const password = 'correct horse battery';
    const { partyId } = await handlers.register({ name, email, password }, nobody);
    return { partyId, email, password, call: await asNow(partyId) };
  };
  /** The call of a party as it stands at this moment. */
  const asNow = async (partyId: string) => {
    const key = await handlers.createApiKey({ partyId, name: 'test' }, callAs(partyId));
    return callOf(await parties.authenticate(bearer(key.key)));
  };
  return {
    ...{ kernel, parties, handlers, person, asNow, move: clock.move },
    kinds: async (subject: string) =>
      (await kernel.facts.about(subject, { limit: 100 })).map(({ kind }) => kind).reverse(),
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
        { ...kernel, modules: [parties], authenticate: parties.authenticate },
      ),
  };
}

export const bearer = (key: string) => new Headers({ authorization: `Bearer ${key}` });
