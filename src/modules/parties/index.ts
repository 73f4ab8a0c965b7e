import type { AccessEngine } from '#kernel/access-engine.ts';
import type { readOptions } from '#kernel/config.ts';
import type { Executor } from '#kernel/db.ts';
import { guard, type Kernel, type Module, type ModuleSource } from '#kernel/module.ts';
import { createAccounts } from './accounts.ts';
import { createApiKeys } from './api-keys.ts';
import { createAuth } from './auth.ts';
import { authDoors } from './auth-doors.ts';
import { createAuthenticate } from './authenticate.ts';
import { createAuthenticateLease } from './authenticate-lease.ts';
import { partiesOptions } from './config.ts';
import { partiesContract } from './contract.ts';
import { createDelegations } from './delegations.ts';
import { createDirectory } from './directory.ts';
import { createSecurityEvents } from './events.ts';
import { createInvitations } from './invitations.ts';
import { ensureOperator } from './operator.ts';
import { createOrganisations } from './organisations.ts';
import { ensurePersonas, listPersonas, personaAccount } from './personas.ts';
import { createRegister } from './register.ts';
import { createRoles } from './roles.ts';
import { createSearchEntries } from './search-entries.ts';
import { readOrCreateSecret } from './secret.ts';
import { findByHandle, findParties, holdersOf, personsOf } from './store.ts';
import { addressesOf } from './store-accounts.ts';

export { partiesOptions };

export type PartiesOptions = {
  /** At least 32 characters; signs sessions and encrypts the seeds of second factors. */
  secret: string;
  /** The address that users see; https makes cookies secure. */
  address: string;
  sessionDays: number;
  signInsPerMinuteMax: number;
  registration: 'open' | 'invited';
  registrationsPerMinuteMax: number;
  trustedProxies: readonly string[];
  /** The platform listens on loopback only: the operator's key is good. */
  loopback: boolean;
  /** One-click roles: true only for a demonstration that listens on loopback. */
  personas: boolean;
};

export type PartiesUses = {
  kernel: Pick<Kernel, 'db' | 'clock' | 'ids' | 'random' | 'facts'> & {
    access: Pick<AccessEngine, 'declarations'> & Kernel['access'];
  };
};

export const partiesSource: ModuleSource = {
  contract: partiesContract,
  migrations: { module: 'parties', folder: new URL('migrations', import.meta.url).pathname },
  cedar: new URL('policies.cedar', import.meta.url),
};

export type PartiesSettings = ReturnType<typeof readOptions<typeof partiesOptions>> & {
  folder: string;
  host: string;
  port: number;
  demonstration: boolean;
};

/** As `createParties`, from options as read from the environment; makes what the first start needs. */
export async function openParties(settings: PartiesSettings, uses: PartiesUses) {
  const { folder, host, port, demonstration } = settings;
  const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host);
  const secret = settings.PARTIES_SECRET ?? (await readOrCreateSecret(folder, uses.kernel.random));
  const parties = createParties(
    {
      secret,
      address:
        settings.PARTIES_ADDRESS ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
      signInsPerMinuteMax: settings.PARTIES_SIGN_INS_PER_MINUTE_MAX,
      sessionDays: settings.PARTIES_SESSION_DAYS,
      registration: settings.PARTIES_REGISTRATION,
      registrationsPerMinuteMax: settings.PARTIES_REGISTRATIONS_PER_MINUTE_MAX,
      trustedProxies: settings.PARTIES_TRUSTED_PROXIES,
      loopback,
      personas: demonstration && loopback,
    },
    uses,
  );
  if (demonstration && loopback) await parties.ensurePersonas();
  return parties;
}

/** Parties: who there is, who they are to each other, and who is asking. */
export function createParties(options: PartiesOptions, { kernel }: PartiesUses) {
  const { db, clock, ids, random, facts, access } = kernel;
  const events = createSecurityEvents({ clock, ids });
  const accountOf = async (persona: string) =>
    options.personas ? personaAccount(db.read, persona) : null;
  const auth = createAuth(options, { db, ids, accountOf });
  const { declarations } = access;
  const uses = { db, clock, ids, random, facts, access, auth, events, declarations };
  const handlers = {
    ...createDirectory(uses),
    ...createRegister(options, uses),
    ...createOrganisations(uses),
    ...createInvitations(uses),
    ...createRoles(uses),
    ...createAccounts(uses),
    ...createDelegations(uses),
    ...createApiKeys(uses),
    listPersonas: async () => ({ items: options.personas ? await listPersonas(db.read) : [] }),
  };
  const authenticate = createAuthenticate(options, { auth, db, clock });
  return {
    contract: partiesContract,
    handlers: guard(partiesContract, access, handlers),
    doors: authDoors(options, { auth, db, clock, events }),
    services: [],
    subscriptions: [],
    authenticate,
    authenticateLeased: createAuthenticateLease(authenticate),
    ensureOperator: (where: { folder: string }) => ensureOperator(where, uses),
    ensurePersonas: () => ensurePersonas(uses),
    /** The address that users see. */
    address: options.address,
    /** What the search shows of organisations. */
    searchEntries: createSearchEntries(kernel),
    /** Names of parties by id, for pages that show them; unknown ids are left out. */
    async names(partyIds: readonly string[], executor?: Executor): Promise<Map<string, string>> {
      const rows = await findParties(executor ?? db.read, partyIds);
      return new Map(rows.map(({ id, name }) => [id, name]));
    },
    /** Handles of parties by id; unknown ids are left out. */
    async handles(partyIds: readonly string[]): Promise<Map<string, string>> {
      const rows = await findParties(db.read, partyIds);
      return new Map(rows.map(({ id, handle }) => [id, handle]));
    },
    /** The id of the party with a handle; null where there is none. */
    byHandle: (handle: string) => findByHandle(db.read, handle),
    /** Ids of the persons behind a party (an organisation's members) or a role of the platform. */
    personsBehind: (executor: Executor, to: string | { role: string }) =>
      personsBehind(executor, to),
    /** Mail addresses by party id, for those who have an account. */
    addressesOf,
  } satisfies Module & Record<string, unknown>;
}

export type Parties = ReturnType<typeof createParties>;

async function personsBehind(executor: Executor, to: string | { role: string }): Promise<string[]> {
  if (typeof to !== 'string') return holdersOf(executor, to.role);
  const [party] = await findParties(executor, [to]);
  if (!party || party.suspendedAt) return [];
  return party.kind === 'organisation' ? personsOf(executor, to) : [to];
}
