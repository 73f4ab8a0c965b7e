import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import { startHttp } from '#kernel/http.ts';
import { callAs, callOf, nobody } from '#kernel/testing-calls.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { createParties, partiesSource } from '#modules/parties';
import { createHub, hubOptions, hubSource } from '../index.ts';

/**
 * Parties and hub behind the real HTTP server, for clients that others made. `person` gives a key and the
 * handle of its holder, and of an organisation that it administers. Blobs stand in `kept`, or in a folder that goes away.
 */
export async function serveHub(
  db: Database,
  environment: Record<string, string> = {},
  kept?: string,
) {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'touyan-hub-')));
  const { kernel } = await openTestKernel(db, {
    ...{ sources: [partiesSource, hubSource], blobs: true, folder },
  });
  const parties = createParties(
    {
      secret: 'a secret of at least thirty-two characters',
      address: 'http://127.0.0.1',
      ...{ sessionDays: 7, signInsPerMinuteMax: 1000, registration: 'open' },
      ...{ registrationsPerMinuteMax: 1000, trustedProxies: [], loopback: true, personas: false },
    },
    { kernel },
  );
  const hub = createHub(readOptions(hubOptions, environment), { kernel, parties });
  const server = await startHttp(
    { host: '127.0.0.1', port: 0, bodyBytesMax: 1e6, requestMilliseconds: 60_000, pages: null },
    { ...kernel, modules: [parties, hub], authenticate: parties.authenticate },
  );
  const person = async (name: string) => {
    const account = { name, email: `${name}@example.org`, password: 'correct horse battery' };
    const { partyId } = await parties.handlers.register(account, nobody);
    const { key } = await parties.handlers.createApiKey({ partyId, name }, callAs(partyId));
    const call = async () =>
      callOf(await parties.authenticate(new Headers({ authorization: `Bearer ${key}` })));
    const organisation = await parties.handlers.createOrganisation(
      { name: `${name} Works`, description: '' },
      await call(),
    );
    const handles = await parties.handles([partyId]);
    return {
      ...{ key, partyId, organisationId: organisation.id, namespace: organisation.handle },
      ...{ handle: handles.get(partyId) ?? '', call: await call() },
      /** A key that reads only. */
      async readingKey() {
        const scopes = ['hub.repository.read', 'hub.repository.list', 'parties.self.read'];
        const made = await parties.handlers.createApiKey(
          { partyId, name: 'reader', scopes },
          callAs(partyId),
        );
        return made.key;
      },
    };
  };
  return {
    ...{ kernel, hub, parties, person, address: server.address, folder },
    async close() {
      await server.close();
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
}
