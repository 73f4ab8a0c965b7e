import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { verifyEvidence } from '#verify/verify.ts';
import {
  activeAgreement,
  auditor,
  buyer,
  type House,
  member,
  openHouse,
  openOffer,
  operator,
  outsider,
  seller,
  words,
} from './testing.ts';

describe.each(testDatabases())('exchange on $engine', ({ open }) => {
  let db: Database;
  let house: House;
  let offerId: string;
  let programId: string;
  beforeAll(async () => {
    db = await open();
    house = await openHouse(db);
    ({ offerId, programId } = await openOffer(house));
  });
  afterAll(async () => {
    await house?.close();
    await db?.close();
  });

  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no refusal',
      (error: { code?: string }) => error.code,
    );
  const grantsOn = async (basis: string) => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from access_grants
      where basis = ${basis} and revoked_at is null`.execute(db.read);
    return rows[0]?.n;
  };

  it('sells only approved programs of one’s own', async () => {
    const { exchange } = house;
    const other = await house.register('never approved');
    const product = { ownerId: 'party_seller', title: words('x'), summary: words('y') };
    const create = (id: string) => exchange.createProduct({ ...product, programId: id }, seller);
    expect(await refusal(create(other))).toBe('exchange.program_missing');
    const foreign = { ...product, ownerId: 'party_elsewhere', programId };
    expect(await refusal(exchange.createProduct(foreign, outsider))).toBe(
      'exchange.program_missing',
    );
    expect(await refusal(create(programId))).toBe('exchange.product_exists');
  });

  it('takes the same offer and the same draft once', async () => {
    const { exchange } = house;
    const { productId, priceMinor, terms } = await exchange.getOffer({ offerId }, outsider);
    const again = { productId, priceMinor, terms, currency: 'CNY' as const };
    expect((await exchange.publishOffer(again, seller)).offerId).toBe(offerId);
    const proposal = { offerId, buyerId: 'party_buyer', creditMinor: 70 };
    const first = await exchange.proposeAgreement(proposal, buyer);
    const second = await exchange.proposeAgreement(proposal, buyer);
    expect(second.agreementId).toBe(first.agreementId);
    const more = exchange.proposeAgreement({ ...proposal, creditMinor: 77 }, buyer);
    expect(await refusal(more)).toBe('exchange.draft_exists');
    const little = exchange.proposeAgreement({ ...proposal, creditMinor: 6 }, buyer);
    expect(await refusal(little)).toBe('exchange.buys_nothing');
    const ownOffer = { ...proposal, buyerId: 'party_seller' };
    expect(await refusal(exchange.proposeAgreement(ownOffer, seller))).toBe('exchange.own_offer');
    await exchange.endAgreement({ agreementId: first.agreementId, reason: 'no' }, buyer);
  });

  it('is signed by both, buyer first, over one digest, and refuses a changed document', async () => {
    const { exchange } = house;
    const proposal = { offerId, buyerId: 'party_buyer', creditMinor: 700 };
    const { agreementId, documentDigest } = await exchange.proposeAgreement(proposal, buyer);
    const sign = (digest: string, call: typeof buyer) =>
      exchange.signAgreement({ agreementId, documentDigest: digest }, call);
    const wrong = `sha256:${'0'.repeat(64)}`;
    expect(await refusal(sign(wrong, buyer))).toBe('exchange.document_differs');
    expect(await refusal(sign(documentDigest, seller))).toBe('exchange.buyer_signs_first');
    expect(await refusal(sign(documentDigest, outsider))).toBe('kernel.missing');
    expect((await sign(documentDigest, buyer)).state).toBe('signed_by_buyer');
    expect((await sign(documentDigest, buyer)).signatures).toHaveLength(1);
    expect(await refusal(sign(documentDigest, member))).toBe('exchange.seller_signs_now');
    expect(await grantsOn(agreementId)).toBe(0);

    const change = (from: string, to: string) =>
      sql`update exchange_agreements
      set document = replace(document::text, ${from}, ${to})::jsonb
      where id = ${agreementId}`.execute(db.read);
    await change('"creditMinor": 700', '"creditMinor": 701');
    expect(await refusal(sign(documentDigest, seller))).toBe('exchange.document_differs');
    await change('"creditMinor": 701', '"creditMinor": 700');

    const { state, signatures, callsAllowed } = await sign(documentDigest, seller);
    expect({ state, callsAllowed }).toEqual({ state: 'active', callsAllowed: 100 });
    expect(signatures.map(({ side }) => side)).toEqual(['buyer', 'seller']);
    for (const { note } of signatures) expect(note).toContain(`\n${documentDigest}\n`);
    expect(await grantsOn(agreementId)).toBe(1);
    expect((await house.serving.usageOf(agreementId)).granted).toBe(100);
  });

  it('refuses a second signature over a note that does not hold', async () => {
    const { exchange } = house;
    const proposal = { offerId, buyerId: 'party_buyer', creditMinor: 700 };
    const { agreementId, documentDigest } = await exchange.proposeAgreement(proposal, buyer);
    await exchange.signAgreement({ agreementId, documentDigest }, buyer);
    await sql`update exchange_signatures set note = replace(note, 'buyer', 'Buyer')
      where agreement_id = ${agreementId}`.execute(db.read);
    const sign = exchange.signAgreement({ agreementId, documentDigest }, seller);
    expect(await refusal(sign)).toBe('exchange.document_differs');
    expect((await exchange.getAgreement({ agreementId }, buyer)).state).toBe('signed_by_buyer');
  });

  it('shows agreement and statement to its parties and the auditor alone', async () => {
    const { exchange } = house;
    const agreementId = await activeAgreement(house, offerId, 1_000);
    await house.use(agreementId, 10);
    await exchange.settle({ agreementId }, member);
    const [forBuyer, forSeller, forAuditor] = await Promise.all(
      [buyer, member, auditor].map((call) => exchange.getStatement({ agreementId }, call)),
    );
    expect(forSeller).toEqual(forBuyer);
    expect(forAuditor).toEqual(forBuyer);
    for (const call of [outsider, operator]) {
      for (const read of [
        exchange.getStatement,
        exchange.getStatementEvidence,
        exchange.getAgreement,
        exchange.settle,
        (params: { agreementId: string }) => house.csv({ params } as never, call),
      ]) {
        expect(await refusal(read({ agreementId }, call))).toBe('kernel.missing');
      }
      const { items } = await exchange.listAgreements({ limit: 100 }, call);
      expect(items).toEqual([]);
    }
    expect((await exchange.listEntries({ agreementId, limit: 100 }, outsider)).total).toBe(0);
    expect((await exchange.listEntries({ agreementId, limit: 100 }, seller)).total).toBe(5);
    // The operator sees the books of the platform itself.
    const books = await exchange.listEntries({ agreementId, limit: 100 }, operator);
    expect([...new Set(books.items.map(({ account }) => account))].sort()).toEqual([
      'payments',
      'platform',
    ]);
    const pay = exchange.addCredit({ agreementId, amountMinor: 7, requestId: 'r' }, seller);
    expect(await refusal(pay)).toBe('kernel.denied');
  });

  it('is exhausted, goes on with new credit, is suspended with the approval, and expires', async () => {
    const { exchange } = house;
    const own = await openOffer(house, { name: 'second', callsMax: 20 });
    const agreementId = await activeAgreement(house, own.offerId, 70);
    const state = async () => (await exchange.getAgreement({ agreementId }, buyer)).state;
    const add = (amountMinor: number, requestId: string) =>
      exchange.addCredit({ agreementId, amountMinor, requestId }, buyer);

    expect(await house.use(agreementId, 10)).toBe(true);
    expect(await house.use(agreementId, 1)).toBe(false);
    expect((await exchange.settle({ agreementId }, buyer)).state).toBe('exhausted');
    expect(await grantsOn(agreementId)).toBe(0);
    expect((await add(35, 'more')).state).toBe('active');
    expect((await add(35, 'more')).callsAllowed).toBe(15);
    expect(await refusal(add(42, 'more'))).toBe('exchange.request_differs');
    expect(await refusal(add(42, 'beyond'))).toBe('exchange.credit_beyond_terms');

    await house.withdraw(own.programId);
    await house.settled();
    expect(await state()).toBe('suspended');
    expect(await grantsOn(agreementId)).toBe(0);
    expect(await refusal(add(7, 'suspended'))).toBe('exchange.not_payable');
    await house.approve(own.programId);
    await house.settled();
    expect(await state()).toBe('active');

    await house.use(agreementId, 2);
    house.pass(31 * 86_400);
    await house.attendDue();
    expect(await state()).toBe('ended');
    expect(await grantsOn(agreementId)).toBe(0);
    expect(await house.use(agreementId, 1)).toBe(false);
    const statement = await exchange.getStatement({ agreementId }, seller);
    expect(statement).toMatchObject({
      ...{ creditMinor: 105, calls: 12, amountMinor: 84, returnedMinor: 21, remainingMinor: 0 },
      ...{ entriesSum: 0, unsettled: { calls: 0, amountMinor: 0 } },
    });
  });

  it('settles by itself in its interval', async () => {
    const agreementId = await activeAgreement(house, offerId, 700);
    await house.use(agreementId, 3);
    await house.attendDue();
    const settledCalls = async () =>
      (await house.exchange.getAgreement({ agreementId }, buyer)).callsSettled;
    expect(await settledCalls()).toBe(0);
    house.pass(3_601);
    await house.attendDue();
    expect(await settledCalls()).toBe(3);
  });

  it('settles what two ask for at once only once', async () => {
    const agreementId = await activeAgreement(house, offerId, 700);
    await house.use(agreementId, 40);
    const both = await Promise.all(
      [buyer, seller, member].map((call) => house.exchange.settle({ agreementId }, call)),
    );
    expect(both.map(({ calls }) => calls).sort()).toEqual([0, 0, 40]);
  });

  it('refuses unbalanced entries and an overdrawn credit in the tables themselves', async () => {
    const agreementId = await activeAgreement(house, offerId, 700);
    const overdraw = sql`update exchange_accounts set balance_minor = -1
      where agreement_id = ${agreementId}`.execute(db.read);
    await expect(overdraw).rejects.toThrow(/check constraint/);
    const unbalance = sql`update exchange_entries set amount_minor = amount_minor + 1
      where agreement_id = ${agreementId} and amount_minor > 0`.execute(db.read);
    await expect(unbalance).rejects.toThrow(/do not sum to 0/);
  });

  type Step =
    | { kind: 'use' | 'pay'; amount: number }
    | { kind: 'settle' | 'end' | 'retry_pay' }
    | { kind: 'kill'; facts: number; what: 'pay' | 'settle' | 'end' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('use' as const),
        amount: fc.integer({ min: 1, max: 60 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('pay' as const),
        amount: fc.integer({ min: 1, max: 500 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom('settle' as const, 'retry_pay' as const) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'end' as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('kill' as const),
        facts: fc.integer({ min: 0, max: 4 }),
        what: fc.constantFrom('pay' as const, 'settle' as const, 'end' as const),
      }),
    },
  );

  it('balances after any sequence of credit, usage, settlements, ends, kills and retries', async () => {
    const { exchange } = house;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        const agreementId = await activeAgreement(house, offerId, 300);
        let requests = 0;
        let lastPay = 0;
        const act = async (what: 'pay' | 'settle' | 'end', amount = 50) => {
          if (what === 'settle') return exchange.settle({ agreementId }, seller);
          if (what === 'end') return exchange.endAgreement({ agreementId, reason: 'r' }, buyer);
          lastPay = amount;
          const requestId = `r${requests}`;
          return exchange.addCredit({ agreementId, amountMinor: amount, requestId }, buyer);
        };
        let used = 0;
        for (const one of steps) {
          if (one.kind === 'use' && (await house.use(agreementId, one.amount))) used += one.amount;
          if (one.kind === 'pay') {
            requests += 1;
            await act('pay', one.amount).catch(() => {});
          }
          if (one.kind === 'retry_pay' && lastPay > 0) await act('pay', lastPay).catch(() => {});
          if (one.kind === 'settle' || one.kind === 'end') await act(one.kind);
          if (one.kind === 'kill') {
            requests += 1;
            house.killAt(one.facts);
            await act(one.what).catch(() => {});
            house.killAt(null);
          }
          await holds(agreementId);
        }
        await act('settle');
        const { calls, entriesSum } = await exchange.getStatement({ agreementId }, seller);
        expect({ calls, entriesSum }).toEqual({ calls: used, entriesSum: 0 });
        await act('end');
        await holds(agreementId);
        const end = await exchange.getStatement({ agreementId }, buyer);
        expect(end).toMatchObject({ calls: used, amountMinor: used * 7, remainingMinor: 0 });
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  async function holds(agreementId: string) {
    const { rows } = await sql<{
      sum: number;
      bad: number;
      drift: number;
      gaps: number;
      credit: number;
      state: string;
      grants: number;
    }>`select
      (select coalesce(sum(amount_minor), 0)::bigint from exchange_entries) as sum,
      (select count(*) from (select journal_id from exchange_entries group by journal_id
        having sum(amount_minor) <> 0) unbalanced) as bad,
      (select count(*) from exchange_accounts c where balance_minor <> (select
        coalesce(sum(amount_minor), 0) from exchange_entries where account_id = c.id)) as drift,
      (select count(*) from (select calls_before, coalesce(sum(calls) over (order by place
          rows between unbounded preceding and 1 preceding), 0) as before
        from exchange_journals where agreement_id = ${agreementId} and kind = 'settlement') j
        where calls_before <> before) as gaps,
      (select balance_minor from exchange_accounts where agreement_id = ${agreementId}) as credit,
      (select state from exchange_agreements where id = ${agreementId}) as state,
      (select count(*) from access_grants where basis = ${agreementId}
        and revoked_at is null) as grants`.execute(db.read);
    const [found] = rows;
    expect(found).toMatchObject({ sum: 0, bad: 0, drift: 0, gaps: 0 });
    expect(found?.credit).toBeGreaterThanOrEqual(0);
    expect(found?.grants).toBe(found?.state === 'active' ? 1 : 0);
  }

  it('gives a statement that a stranger computes again, and any change of which is named', async () => {
    const { exchange, kernel } = house;
    const agreementId = await activeAgreement(house, offerId, 1_000);
    const none = exchange.getStatementEvidence({ agreementId }, buyer);
    expect(await refusal(none)).toBe('exchange.no_statement');
    for (const calls of [1, 2, 37]) {
      await house.use(agreementId, calls);
      await exchange.settle({ agreementId }, seller);
    }
    await exchange.addCredit({ agreementId, amountMinor: 7, requestId: 'x' }, buyer);
    await exchange.endAgreement({ agreementId, reason: 'done' }, seller);
    await house.settled();
    const evidence = await exchange.getStatementEvidence({ agreementId }, seller);
    const trust = { logKey: kernel.ledger.vkey, witnessKeys: [] };
    const report = await verifyEvidence(JSON.stringify(evidence), trust);
    expect(report).toMatchObject({ ok: true, kind: 'statement', unproven: [], failures: [] });
    const levels = Object.fromEntries(report.claims.map(({ path, level }) => [path, level]));
    expect(levels).toMatchObject({
      '/priceMinor': 'included',
      '/postings/1/calls': 'included',
      '/postings/1/amountMinor': 'recomputed',
      '/totals/amountMinor': 'recomputed',
      '/totals/entriesSum': 'recomputed',
    });
    expect(evidence.document).toMatchObject({
      totals: { calls: 40, amountMinor: 280, platformMinor: 9, providerMinor: 271 },
    });

    const changed = structuredClone(evidence) as { document: { totals: { calls: number } } };
    changed.document.totals.calls = 39;
    const refused = await verifyEvidence(JSON.stringify(changed), trust);
    expect(refused.failures).toContainEqual(
      expect.objectContaining({ code: 'value_differs', path: '/totals/calls' }),
    );
  });
});
