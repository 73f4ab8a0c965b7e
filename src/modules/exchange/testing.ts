import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { createAccess } from '#kernel/access-engine.ts';
import { openFolderBlobs } from '#kernel/blobs-folder.ts';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import type { Door } from '#kernel/door.ts';
import { createFacts, type Facts } from '#kernel/facts.ts';
import { createSubscribers, subscribersDefaults } from '#kernel/facts-subscribers.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { ledgerDefaults, openLedger } from '#kernel/ledger.ts';
import { createLive } from '#kernel/live.ts';
import { silentLog } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { migrate } from '#kernel/migrate.ts';
import type { Kernel } from '#kernel/module.ts';
import { type Call, type Principal, serviceCall } from '#kernel/principal.ts';
import { openFileSigner } from '#kernel/signer.ts';
import { createServing, servingOptions, servingSource } from '#modules/serving';
import { createExchange, exchangeSource } from './index.ts';

export const buyer = person('party_buyer_admin', 'party_buyer', 'administrator');
export const seller = person('party_seller_admin', 'party_seller', 'administrator');
export const member = person('party_seller_member', 'party_seller', 'member');
export const outsider = person('party_other', 'party_elsewhere', 'administrator');
export const operator = person('party_operator', null, 'member', ['operator']);
export const auditor = person('party_auditor', null, 'member', ['auditor']);

/**
 * The room on a real kernel with ledger and access, and on the real allowances of serving, whose journal
 * the test stands in for: `use` counts calls as an answer does.
 */
export async function openHouse(db: Database) {
  const kernelFolder = fileURLToPath(new URL('../../kernel/migrations', import.meta.url));
  const sources = [servingSource, exchangeSource];
  const migrations = sources.map((source) => source.migrations);
  await migrate(db, [{ module: 'kernel', folder: kernelFolder }, ...migrations]);
  const folder = await mkdtemp(join(tmpdir(), 'touyan-exchange-'));
  const { kernel, pass, killAt } = await openKernel(db, folder);
  const unused = (): never => {
    throw new Error('no program runs here');
  };
  const serving = createServing(readOptions(servingOptions, {}), {
    kernel,
    hub: { readRevision: unused },
    compute: { openRowSession: unused, environmentDigest: unused, submit: unused },
  });
  const notices: string[] = [];
  const exchange = createExchange(
    {
      EXCHANGE_PLATFORM_SHARE_BPS: 333,
      EXCHANGE_SETTLE_MINUTES: 60,
      EXCHANGE_EVIDENCE_WAIT_SECONDS: 5,
    },
    {
      kernel,
      serving,
      notify: async (_tx, { kind, to }) => void notices.push(`${kind} ${to}`),
      partyNames: async (ids) => new Map(ids.map((id) => [id, `name of ${id}`])),
      signer: await openFileSigner({ file: join(folder, 'agreements'), name: 'test.example/a' }),
    },
  );
  const subscribers = createSubscribers(
    { ...subscribersDefaults, pollMs: 20 },
    exchange.subscriptions,
    kernel,
  );
  const stop = new AbortController();
  const running = subscribers.service.run(stop.signal);
  return {
    ...{ kernel, exchange: exchange.handlers, serving, notices, pass, killAt },
    attendDue: () => exchange.attendDue(new AbortController().signal),
    csv: statementCsvDoor(exchange.doors).handle,
    searchEntries: exchange.searchEntries,
    approve: (programId: string) => approve(programId, kernel),
    withdraw: (programId: string) => withdraw(programId, kernel),
    register: (name = 'program') => register(name, kernel, serving),
    /** Counts calls under an agreement as serving does with an answer; false where none are left. */
    use: (agreementId: string, calls: number) => countCalls(db, agreementId, calls),
    /** Everything announced so far has been taken up. */
    async settled() {
      await kernel.ledger.integrate();
      await subscribers.settle(AbortSignal.timeout(10_000));
      await kernel.ledger.integrate();
    },
    async close() {
      stop.abort();
      await running;
      await rm(folder, { recursive: true });
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

async function openKernel(db: Database, folder: string) {
  let shift = 0;
  let left = Number.POSITIVE_INFINITY;
  const clock = { now: () => new Date(Date.now() + shift) };
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const contracts = [kernelContract, servingSource.contract, exchangeSource.contract];
  const merged = (part: 'facts' | 'permissions') =>
    Object.assign({}, ...contracts.map((contract) => contract[part]));
  const test = {
    'test.party.write': { kind: 'write', resource: 'party', summary: 'act' },
  } as const;
  const schemas = { ...merged('facts'), ...approvalFacts };
  const real = createFacts({ schemas }, { db, clock, ids, random });
  const append: Facts['append'] = async (tx, draft) => {
    left -= 1;
    if (left < 0) throw new Error('killed');
    return real.append(tx, draft);
  };
  const facts = { ...real, append };
  const cedarTexts = servingSource.cedar ? [readFileSync(servingSource.cedar, 'utf8')] : [];
  const access = createAccess(
    { declarations: { ...merged('permissions'), ...test }, cedarTexts },
    { db, clock, ids, facts: real },
  );
  const log = silentLog();
  const metrics = createMetrics({ processMetrics: false });
  const signer = await openFileSigner({ file: join(folder, 'log'), name: 'test.example/log' });
  const ledger = await openLedger(
    { ...ledgerDefaults, intervalMs: 1, pollMs: 20 },
    { db, clock, signer, witnesses: [], facts: real, log, metrics },
  );
  const kernel: Kernel = {
    ...{ clock, random, ids, db, facts, ledger, access, log, metrics },
    live: createLive(),
    blobs: await openFolderBlobs({ folder }, { clock, random }),
    get tasks(): never {
      throw new Error('this kernel has no tasks');
    },
  };
  for (const owner of ['party_buyer', 'party_seller', 'party_elsewhere']) {
    await db.transaction((tx) =>
      access.register(tx, { type: 'party', id: owner, owner, audience: 'public' }),
    );
  }
  return {
    kernel,
    pass: (seconds: number) => {
      shift += seconds * 1_000;
    },
    /** The transaction dies when it records the fact after so many; null: it lives. */
    killAt: (facts: number | null) => {
      left = facts ?? Number.POSITIVE_INFINITY;
    },
  };
}

const anyBody = { safeParse: (data: unknown) => ({ success: true, data }) };
const approvalFacts = {
  'governance.approval_given': anyBody,
  'governance.approval_withdrawn': anyBody,
} as never as Record<string, never>;

const own = serviceCall('governance', new AbortController().signal);

async function register(name: string, { db }: Kernel, serving: ReturnType<typeof createServing>) {
  const digest = `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`;
  const terms = {
    ...{ ownerId: 'party_seller', repositoryId: 'repository_1', revisionDigest: digest },
    ...{ entry: 'main.mjs', environment: 'javascript' as const, environmentDigest: digest },
    options: {},
  };
  return db.transaction((tx) => serving.registerProgram(tx, terms, own));
}

async function approve(programId: string, { db, access, facts }: Kernel) {
  await db.transaction(async (tx) => {
    const resource = { type: 'serving.program', id: programId };
    const action = 'serving.program.deploy';
    const terms = { subject: 'party_seller', action, resource, basis: `case of ${programId}` };
    await access.grant(tx, terms, own);
    await facts.append(tx, {
      kind: 'governance.approval_given',
      ...{ subject: programId, actor: 'service:governance', body: { programId } },
    });
  });
}

async function withdraw(programId: string, { db, access, facts }: Kernel) {
  await db.transaction(async (tx) => {
    await access.revokeBasis(tx, `case of ${programId}`, 'withdrawn', own);
    await facts.append(tx, {
      kind: 'governance.approval_withdrawn',
      ...{ subject: programId, actor: 'service:governance', body: { programId } },
    });
  });
}

async function countCalls(db: Database, basis: string, calls: number): Promise<boolean> {
  const { rows } = await db.transaction((tx) =>
    sql`update serving_allowances set calls_used = calls_used + ${calls}
      where basis = ${basis} and closed_at is null and calls_used + ${calls} <= calls_granted
      returning basis`.execute(tx),
  );
  return rows.length > 0;
}

function person(
  id: string,
  organisation: string | null,
  role: 'administrator' | 'member',
  roles: Principal['roles'] = [],
): Call {
  const memberships = organisation ? [{ organisation, role }] : [];
  const principal: Principal = { id, kind: 'person', name: id, memberships, roles };
  return { principal, requestId: 'r', language: 'zh', signal: new AbortController().signal };
}

export const words = (text: string) => ({ zh: text, en: text });

function statementCsvDoor(doors: readonly Door[]): Door {
  const door = doors.find(({ name }) => name === 'statement-csv');
  if (!door) throw new Error('the room has no such door');
  return door;
}

/** An approved program on the market; the offer's id. */
export async function openOffer(
  house: House,
  more: { priceMinor?: number; callsMax?: number | null; name?: string } = {},
) {
  const { priceMinor = 7, callsMax = null, name = 'program' } = more;
  const programId = await house.register(name);
  await house.approve(programId);
  const { productId } = await house.exchange.createProduct(
    { ownerId: 'party_seller', programId, title: words(name), summary: words('finds faults') },
    seller,
  );
  const terms = { validDays: 30, callsMax, purpose: words('to try') };
  const offer = { productId, priceMinor, currency: 'CNY' as const, terms };
  const { offerId } = await house.exchange.publishOffer(offer, seller);
  return { programId, productId, offerId };
}

/** An agreement on the offer that both have signed. */
export async function activeAgreement(house: House, offerId: string, creditMinor: number) {
  const { exchange } = house;
  const proposal = { offerId, buyerId: 'party_buyer', creditMinor };
  const { agreementId, documentDigest } = await exchange.proposeAgreement(proposal, buyer);
  await exchange.signAgreement({ agreementId, documentDigest }, buyer);
  const { state } = await exchange.signAgreement({ agreementId, documentDigest }, seller);
  if (state !== 'active') throw new Error(`the agreement is ${state}`);
  return agreementId;
}
