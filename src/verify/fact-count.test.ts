import { describe, expect, test } from 'vitest';
import { utf8Decode, utf8Encode } from './bytes.ts';
import { documentDigest } from './document.ts';
import { type Fact, factSetDigest } from './fact.ts';
import type { JsonObject } from './json.ts';
import { testFact, testProvenFacts, testTrust } from './testing.ts';
import { verifyEvidence } from './verify.ts';

const trust = await testTrust();
const kind = 'exchange.settled';
const settled = [
  testFact('fact_b', kind, { amountMinor: 1200 }),
  testFact('fact_a', kind, { amountMinor: 300 }),
  testFact('fact_c', kind, { amountMinor: 5 }),
];
const period = { from: '2026-10-31T16:00:00.000Z', until: '2026-11-30T16:00:00.000Z' };

/** An indicator that adds up three facts, as its period closed; the parts can be replaced. */
async function indicator(change: {
  facts?: readonly Fact[];
  value?: number;
  count?: number;
  committed?: JsonObject;
}) {
  const document = {
    indicatorId: 'settled-amount',
    period: '2026-11',
    ...{ count: change.count ?? 3, value: change.value ?? 1505 },
  };
  const closing = testFact('fact_z', 'observatory.count_closed', {
    ...{ kind, member: 'amountMinor', ...period },
    ...{ count: document.count, value: document.value },
    setDigest: await factSetDigest(settled.map(({ id }) => id)),
    documentDigest: await documentDigest(document),
    ...change.committed,
  });
  const claim = (member: string, method: string) => ({
    ...{ path: `/${member}`, fact: closing.id, pointer: `/body/${member}` },
    method: { kind: method },
  });
  return {
    ...{ format: 'touyan-evidence/1', kind: 'indicator', document },
    claims: [claim('value', 'fact-sum/1'), claim('count', 'fact-count/1')],
    ...(await testProvenFacts([...(change.facts ?? settled), closing])),
  };
}

const check = async (change: Parameters<typeof indicator>[0]) => {
  const report = await verifyEvidence(JSON.stringify(await indicator(change)), trust);
  return {
    ok: report.ok,
    levels: report.claims.map(({ level }) => level),
    codes: [...new Set(report.failures.map(({ code }) => code))],
  };
};
const failsWith = (...codes: string[]) => ({ ok: false, levels: ['failed', 'failed'], codes });

describe('an indicator that was counted', () => {
  test('is recomputed from its facts', async () => {
    const levels = ['recomputed', 'recomputed'];
    expect(await check({})).toEqual({ ok: true, levels, codes: [] });
    const others = [testFact('fact_other', 'city.incident_closed', {})];
    expect(await check({ facts: [...settled, ...others] })).toEqual({
      ok: true,
      levels,
      codes: [],
    });
  });

  test('shows a fact that was left out, added or exchanged after closing', async () => {
    expect(await check({ facts: settled.slice(1) })).toEqual(failsWith('counted_left_out'));
    const more = testFact('fact_d', kind, { amountMinor: 0 });
    expect(await check({ facts: [...settled, more] })).toEqual(failsWith('counted_added'));
    const other = await check({ facts: [...settled.slice(1), more] });
    expect(other).toEqual(failsWith('counted_set_differs'));
  });

  test('shows a fact of another period, and a value that does not follow', async () => {
    const committed = { from: '2026-11-23T06:05:00.001Z' };
    expect(await check({ committed })).toEqual(failsWith('counted_outside'));
    const { ok, codes } = await check({ value: 1506 });
    expect({ ok, codes }).toEqual({ ok: false, codes: ['recomputed_value_differs'] });
  });

  test('is refused where there is nothing to add up, or nothing committed to', async () => {
    const failed = 'recomputation_failed';
    expect((await check({ committed: { member: 'price' } })).codes).toEqual([failed]);
    expect((await check({ committed: { member: null } })).codes).toEqual([failed]);
    expect(await check({ committed: { setDigest: 1 } })).toEqual(failsWith(failed));
    expect(await check({ committed: { member: 'constructor' } })).toMatchObject({ ok: false });
  });

  test('fails with every fifth byte of the file changed', async () => {
    const bytes = utf8Encode(JSON.stringify(await indicator({})));
    for (let place = Math.floor(Math.random() * 5); place < bytes.length; place += 5) {
      const changed = bytes.with(place, (bytes[place] ?? 0) ^ (1 << (place % 8)));
      let text: string;
      try {
        text = utf8Decode(changed);
      } catch {
        continue;
      }
      expect((await verifyEvidence(text, trust)).ok, `byte ${place}`).toBe(false);
    }
  });
});
