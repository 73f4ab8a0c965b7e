import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import * as z from 'zod';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import type { Door } from '#kernel/door.ts';
import type { Kernel } from '#kernel/module.ts';
import { serviceCall } from '#kernel/principal.ts';
import { openFileSigner } from '#kernel/signer.ts';
import { callAs } from '#kernel/testing-calls.ts';
import { movableClock, openTestKernel, runSubscribers } from '#kernel/testing-kernel.ts';
import { createServing, servingOptions, servingSource } from '#modules/serving';
import { createExchange, exchangeSource } from './index.ts';

export const buyer = callAs('party_buyer_admin', { administratorOf: 'party_buyer' });
export const seller = callAs('party_seller_admin', { administratorOf: 'party_seller' });
export const member = callAs('party_seller_member', { memberOf: 'party_seller' });
export const outsider = callAs('party_other', { administratorOf: 'party_elsewhere' });
export const operator = callAs('party_operator', { roles: ['operator'] });
export const auditor = callAs('party_auditor', { roles: ['auditor'] });

/** Of governance, which the test stands in for. */
const approvalFacts = {
  'governance.approval_given': z.looseObject({}),
  'governance.approval_withdrawn': z.looseObject({}),
};

/**
 * The room on a real kernel with ledger and access, and on the real allowances of serving, whose journal
 * the test stands in for: `use` counts calls as an answer does.
 */
export async function openHouse(db: Database) {
  const folder = await mkdtemp(join(tmpdir(), 'touyan-exchange-'));
  const clock = movableClock();
  const { kernel } = await openTestKernel(db, {
    sources: [servingSource, exchangeSource],
    declared: [{ facts: approvalFacts }],
    ...{ clock, ledger: true, blobs: true, folder },
  });
  const killAt = dyingFacts(kernel);
  for (const owner of ['party_buyer', 'party_seller', 'party_elsewhere']) {
    await db.transaction((tx) =>
      kernel.access.register(tx, { type: 'party', id: owner, owner, audience: 'public' }),
    );
  }
  const unused = (): never => {
    throw new Error('no program runs here');
  };
  const serving = createServing(readOptions(servingOptions, {}), {
    kernel,
    hub: {
      ...{ readRevision: unused, inspectionsOf: unused },
      handlers: { getRepository: unused, getRevision: unused },
    },
    compute: {
      ...{ openRowSession: unused, openModelSession: unused, openTaskSession: unused },
      ...{ environmentDigest: unused, submit: unused },
    },
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
  const running = runSubscribers(kernel, exchange.subscriptions);
  return {
    ...{ kernel, exchange: exchange.handlers, serving, notices, killAt },
    pass: clock.move,
    attendDue: () => exchange.attendDue(new AbortController().signal),
    csv: statementCsvDoor(exchange.doors).handle,
    searchEntries: exchange.searchEntries,
    approve: (programId: string) => approve(programId, kernel),
    withdraw: (programId: string) => withdraw(programId, kernel),
    register: (name = 'program') => register(name, kernel, serving),
    /** Counts calls under an agreement as serving does with an answer; false where none are left. */
    use: (agreementId: string, calls: number) => countCalls(db, agreementId, calls),
    /** Everything announced so far has been taken up. */
    settled: running.settle,
    async close() {
      await running.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

/** Lets a transaction die when it records the fact after so many; null: it lives. Facts of access do not count. */
function dyingFacts(kernel: Kernel) {
  const { facts } = kernel;
  let left = Number.POSITIVE_INFINITY;
  kernel.facts = {
    ...facts,
    append(tx, draft) {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return facts.append(tx, draft);
    },
  };
  return (count: number | null) => {
    left = count ?? Number.POSITIVE_INFINITY;
  };
}

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
