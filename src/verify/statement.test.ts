import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { utf8Encode } from './bytes.ts';
import { documentDigest } from './document.ts';
import type { JsonObject } from './json.ts';
import {
  amountOf,
  callsOf,
  computeStatement,
  creditEntries,
  roundingRule,
  settlementEntries,
  splitOf,
  statementMethod,
} from './statement.ts';
import { testFact, testProvenFacts, testTrust } from './testing.ts';
import { verifyEvidence } from './verify.ts';

const sumOf = (entries: readonly { amountMinor: number }[]) =>
  entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

describe('the rules', () => {
  const price = fc.integer({ min: 1, max: 1_000_000 });
  const share = fc.integer({ min: 0, max: 10_000 });
  const calls = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 20 });

  it('give whole numbers that sum to 0, and the same split however often one settles', () => {
    fc.assert(
      fc.property(price, share, calls, (priceMinor, platformShareBps, parts) => {
        const all = parts.reduce((sum, one) => sum + one, 0);
        const paid = amountOf(all, priceMinor);
        const credit = { id: 'c', kind: 'credit', amountMinor: paid } as const;
        const settlements = parts.map((one, place) => {
          return { id: `s${place}`, kind: 'settlement', calls: one } as const;
        });
        const terms = { priceMinor, platformShareBps };
        const often = computeStatement({ ...terms, postings: [credit, ...settlements] });
        const once = computeStatement({
          ...terms,
          postings: [credit, { id: 's', kind: 'settlement', calls: all }],
        });
        const { entries: _often, ...inMany } = often.totals;
        const { entries: _once, ...inOne } = once.totals;
        expect(inMany).toEqual(inOne);
        expect(often.totals).toMatchObject({ entriesSum: 0, remainingMinor: 0 });
        for (const posting of Object.values(often.postings)) {
          expect(sumOf(posting.entries)).toBe(0);
          for (const { amountMinor } of posting.entries) {
            expect(Number.isSafeInteger(amountMinor)).toBe(true);
          }
          expect(posting.platformMinor).toBeGreaterThanOrEqual(0);
          expect(posting.providerMinor).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('never let credit be overdrawn, and buy whole calls alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), price, (amountMinor, priceMinor) => {
        const bought = callsOf(amountMinor, priceMinor);
        expect(amountOf(bought, priceMinor)).toBeLessThanOrEqual(amountMinor);
        expect(amountOf(bought + 1, priceMinor)).toBeGreaterThan(amountMinor);
        const credit = { id: 'c', kind: 'credit', amountMinor } as const;
        const more = { id: 's', kind: 'settlement', calls: bought + 1 } as const;
        const terms = { priceMinor, platformShareBps: 100 };
        expect(() => computeStatement({ ...terms, postings: [credit, more] })).toThrow(RangeError);
      }),
    );
    expect(() => amountOf(2 ** 40, 2 ** 40)).toThrow(RangeError);
  });
});

const totalsOf = (postings: Parameters<typeof computeStatement>[0]['postings']) =>
  computeStatement({ priceMinor: 7, platformShareBps: 333, postings }).totals;

/** A statement of one credit, two settlements and a return, as exchange writes it. */
async function testStatement(more: { leaveOut?: string; change?: JsonObject } = {}) {
  const agreementId = 'agreement_1';
  const first = splitOf(0, 7 * 11, 333);
  const second = splitOf(77, 7 * 30, 333);
  const totals = totalsOf([
    { id: 'credit', kind: 'credit', amountMinor: 300 },
    { id: 'first', kind: 'settlement', calls: 11 },
    { id: 'second', kind: 'settlement', calls: 30 },
    { id: 'return', kind: 'return', amountMinor: 13 },
  ]);
  const posted = (id: string, kind: string, body: JsonObject) =>
    testFact(id, kind, { agreementId, ...body });
  const settled = (id: string, place: number, calls: number, split: typeof first) =>
    posted(id, 'exchange.settled', {
      ...{ place, calls, amountMinor: calls * 7, ...split },
      entries: settlementEntries(split.platformMinor, split.providerMinor),
      ...(id === 'fact_second' ? more.change : {}),
    });
  const postings = [
    posted('fact_credit', 'exchange.credit_added', {
      ...{ place: 1, amountMinor: 300, entries: creditEntries(300) },
    }),
    settled('fact_first', 2, 11, first),
    settled('fact_second', 3, 30, second),
    posted('fact_return', 'exchange.credit_returned', {
      ...{ place: 4, amountMinor: 13, entries: creditEntries(-13) },
    }),
  ];
  const document = {
    agreementId,
    priceMinor: 7,
    postings: postings.map(({ body }) => ({ amountMinor: body.amountMinor ?? 0 })),
    totals: { ...totals },
  };
  const terms = posted('fact_terms', 'exchange.agreement_activated', {
    ...{ priceMinor: 7, platformShareBps: 333, rounding: roundingRule },
  });
  const issued = posted('fact_issued', 'exchange.statement_issued', {
    documentDigest: await documentDigest(document),
    totals: { ...totals },
  });
  const method = (output: string) => ({ kind: statementMethod, output });
  const claims = [
    { path: '/priceMinor', fact: 'fact_terms', pointer: '/body/priceMinor' },
    ...postings.map(({ id }, place) => ({
      path: `/postings/${place}/amountMinor`,
      ...{ fact: id, pointer: '/body/amountMinor' },
      method: method(`/postings/${id}/amountMinor`),
    })),
    ...Object.keys(totals).map((member) => ({
      path: `/totals/${member}`,
      ...{ fact: 'fact_issued', pointer: `/body/totals/${member}` },
      method: method(`/totals/${member}`),
    })),
  ];
  const facts = [terms, ...postings, issued].filter(({ id }) => id !== more.leaveOut);
  const proven = await testProvenFacts(facts);
  return { format: 'touyan-evidence/1', kind: 'statement', document, claims, ...proven };
}

describe('an evidence file', async () => {
  const trust = await testTrust();
  const evidence = await testStatement();
  const check = (file: unknown) => verifyEvidence(JSON.stringify(file), trust);

  test('holds, and every number of it is recomputed', async () => {
    const report = await check(evidence);
    expect(report).toMatchObject({ ok: true, kind: 'statement', unproven: [], failures: [] });
    const levels = report.claims.map(({ level }) => level);
    expect(levels.filter((level) => level === 'recomputed')).toHaveLength(13);
    expect(evidence.document.totals).toMatchObject({
      ...{ calls: 41, amountMinor: 287, platformMinor: 9, providerMinor: 278, entriesSum: 0 },
    });
  });

  // Every nineteenth byte, from another one each run: all of them would take half a minute.
  test('fails with a reason for every single changed byte', async () => {
    const bytes = utf8Encode(JSON.stringify(evidence));
    const start = Math.floor(Math.random() * 19);
    for (let place = start; place < bytes.length; place += 19) {
      const changed = bytes.with(place, (bytes[place] ?? 0) ^ (1 << (place % 7)));
      // Half a character of several bytes reads as another one.
      const text = new TextDecoder().decode(changed);
      const { ok, failures } = await verifyEvidence(text, trust);
      expect(ok, `byte ${place}`).toBe(false);
      expect(failures.length).toBeGreaterThan(0);
    }
  });

  test('fails where the log itself holds numbers that do not follow', async () => {
    const lied = await check(await testStatement({ change: { amountMinor: 211 } }));
    expect(lied.failures).toContainEqual({
      code: 'recomputed_value_differs',
      ...{ path: '/postings/2/amountMinor', stated: 211, recomputed: 210 },
    });
    const entries = settlementEntries(1, 209);
    const moved = await check(await testStatement({ change: { entries } }));
    expect(moved.failures).toContainEqual(
      expect.objectContaining({
        code: 'recomputation_failed',
        problem: 'the entries of the fact fact_second are not those that the rules give',
      }),
    );
    const calls = await check(await testStatement({ change: { calls: 31, amountMinor: 217 } }));
    expect(calls.failures.map(({ code }) => code)).toContain('recomputation_failed');
  });

  test('fails where a posting was left out', async () => {
    const { failures } = await check(await testStatement({ leaveOut: 'fact_first' }));
    expect(failures).toContainEqual(
      expect.objectContaining({ code: 'fact_missing', fact: 'fact_first' }),
    );
    expect(failures).toContainEqual(
      expect.objectContaining({
        code: 'recomputation_failed',
        problem: 'posting 2 is missing or is there twice',
      }),
    );
  });

  test('names a price that was changed', async () => {
    const document = { ...evidence.document, priceMinor: 6 };
    const { failures } = await check({ ...evidence, document });
    expect(failures).toContainEqual({
      code: 'value_differs',
      ...{ path: '/priceMinor', document: 6, fact: 7 },
    });
  });
});
