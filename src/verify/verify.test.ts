import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8Decode, utf8Encode } from './bytes.ts';
import { documentDigest } from './document.ts';
import type { Failure } from './failure.ts';
import { renderReport } from './report-text.ts';
import {
  testCertificate,
  testFact,
  testLeaderboard,
  testLog,
  testProvenFacts,
  testReceipt,
  testSigner,
  testTrust,
} from './testing.ts';
import { verifyEvidence } from './verify.ts';

const trust = await testTrust();
const certificate = await testCertificate();
const leaderboard = await testLeaderboard();
const receipt = await testReceipt();
const check = (evidence: unknown) => verifyEvidence(JSON.stringify(evidence), trust);
const codes = (failures: readonly Failure[]) => failures.map(({ code }) => code);

describe('what holds', () => {
  test('a certificate says what proves each number, and which number nothing proves', async () => {
    const report = await check(certificate);
    expect(report.failures).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.claims.map(({ path, level }) => [path, level])).toEqual([
      ['/score', 'recomputed'],
      ['/precision', 'attested'],
    ]);
    expect(report.unproven).toEqual([{ path: '/rows', value: 5 }]);
    expect(report.checkpoint?.cosignatures).toEqual([
      { name: 'witness.example', time: 1_790_000_000 },
    ]);
  });

  test('a leaderboard and a receipt', async () => {
    const board = await check(leaderboard);
    expect(board.failures).toEqual([]);
    expect(board.claims.map(({ level }) => level)).toEqual(['included', 'included', 'included']);
    const { ok, unproven } = await check(receipt);
    expect({ ok, unproven }).toEqual({ ok: true, unproven: [] });
  });

  test('white space and the order of keys are free', async () => {
    const reversed = Object.fromEntries(Object.entries(certificate).reverse());
    const report = await verifyEvidence(JSON.stringify(reversed, null, 2), trust);
    expect(report.ok).toBe(true);
  });
});

describe.each([
  ['certificate', certificate],
  ['leaderboard', leaderboard],
  ['receipt', receipt],
])('%s', (_, evidence) => {
  const bytes = utf8Encode(JSON.stringify(evidence));
  const verdict = async (changed: Uint8Array) => {
    let text: string;
    try {
      text = utf8Decode(changed);
    } catch {
      return { ok: false, failures: ['not text'] };
    }
    return verifyEvidence(text, trust);
  };

  // Every fifth byte, from another one each run: all of them would take eight seconds.
  test('every single changed byte of the file fails with a reason', async () => {
    const start = Math.floor(Math.random() * 5);
    for (let place = start; place < bytes.length; place += 5) {
      const changed = bytes.with(place, (bytes[place] ?? 0) ^ (1 << (place % 8)));
      const { ok, failures } = await verdict(changed);
      expect(ok, `byte ${place}`).toBe(false);
      expect(failures.length).toBeGreaterThan(0);
    }
  });

  test('a byte replaced, left out or put in fails, but for white space put in', async () => {
    const change = fc.record({
      place: fc.nat({ max: bytes.length - 1 }),
      left: fc.constantFrom(0, 1),
      put: fc.uint8Array({ maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ place, left, put }) => {
        const rest = bytes.slice(place + left);
        const changed = Uint8Array.of(...bytes.slice(0, place), ...put, ...rest);
        fc.pre(Buffer.compare(changed, bytes) !== 0);
        fc.pre(!(left === 0 && put.every((byte) => [0x20, 0x0a, 0x0d, 0x09].includes(byte))));
        expect((await verdict(changed)).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what fails is named', () => {
  type Change = [name: string, evidence: unknown, codes: string[]];
  const scoreOf = (value: number) => ({
    ...certificate,
    document: { ...certificate.document, score: value },
  });
  const otherWitness = testSigner('other.example', 9, 4);
  const [first, second, third] = leaderboard.document.rows;
  const board = (rows: unknown[], claims: unknown[] = leaderboard.claims) => ({
    ...leaderboard,
    document: { ...leaderboard.document, rows },
    claims,
  });
  const lines = certificate.checkpoint.split('\n');
  const without = (word: string) => ({
    ...certificate,
    checkpoint: lines.filter((line) => !line.startsWith(`— ${word}`)).join('\n'),
  });
  const changes: Change[] = [
    ['another score', scoreOf(0.9), ['value_differs', 'document_digest_differs']],
    ['no log signature', without('log.example'), ['log_signature_missing']],
    ['no cosignature', without('witness'), ['witness_cosignature_missing']],
    [
      'a fact that is not there',
      { ...certificate, facts: certificate.facts.slice(1) },
      ['fact_missing', 'fact_missing'],
    ],
    [
      'no fact for the document',
      { ...certificate, facts: certificate.facts.slice(0, 2) },
      ['document_digest_missing'],
    ],
    [
      'a fact twice',
      { ...receipt, facts: [...receipt.facts, ...receipt.facts] },
      ['fact_repeated', 'receipt_facts_differ'],
    ],
    [
      'texts that are not disclosed',
      { ...certificate, disclosed: {} },
      ['disclosed_missing', 'disclosed_missing'],
    ],
    [
      'rows left out',
      board([first, second], leaderboard.claims.slice(0, 2)),
      ['document_digest_differs', 'row_left_out'],
    ],
    [
      'a row without a fact',
      board([first, second, third, { score: 1 }]),
      ['document_digest_differs', 'row_score_unclaimed'],
    ],
    [
      'no closing fact',
      { ...leaderboard, facts: leaderboard.facts.slice(0, 3) },
      ['document_digest_missing', 'closing_fact_missing'],
    ],
    ['a member unknown to the format', { ...receipt, extra: 1 }, ['file_invalid']],
    [
      'a claim twice',
      { ...receipt, claims: [...receipt.claims, receipt.claims[0]] },
      ['claim_repeated'],
    ],
  ];
  test.each(changes)('%s', async (_, evidence, expected) => {
    const report = await check(evidence);
    expect(report.ok).toBe(false);
    expect(codes(report.failures).filter((code) => code !== 'fact_not_included')).toEqual(expected);
  });

  test('a disclosed text that was changed', async () => {
    const [digest = '', text = ''] = Object.entries(certificate.disclosed)[0] ?? [];
    const disclosed = { ...certificate.disclosed, [digest]: text.replace('0.9', '0.8') };
    const report = await check({ ...certificate, disclosed });
    expect(report.failures).toMatchObject([{ code: 'disclosed_digest_differs', digest }]);
  });

  test('a logged score that its inputs do not give', async () => {
    const document = { score: 0.9 };
    const [scored] = certificate.facts;
    const fact = testFact('fact_lie', 'assurance.submission_scored', {
      ...scored?.fact.body,
      score: 0.9,
    });
    const issued = testFact('fact_issued', 'assurance.certificate_issued', {
      documentDigest: await documentDigest(document),
    });
    const [claim] = certificate.claims;
    const report = await check({
      ...certificate,
      document,
      claims: [{ ...claim, fact: 'fact_lie' }],
      ...(await testProvenFacts([fact, issued])),
    });
    expect(report.failures).toEqual([
      { code: 'recomputed_value_differs', path: '/score', stated: 0.9, recomputed: 0.666667 },
    ]);
  });

  test('an attestation of something else', async () => {
    const [scored, , issued] = certificate.facts.map(({ fact }) => fact);
    const attested = testFact('fact_attest', 'assurance.score_attested', {
      fact: 'fact_other',
      value: 0.5,
    });
    if (scored === undefined || issued === undefined) throw new Error('no facts');
    const proven = await testProvenFacts([scored, attested, issued]);
    const report = await check({ ...certificate, ...proven });
    expect(report.failures).toMatchObject([
      { code: 'attestation_differs', pointer: '/body/fact', found: 'fact_other' },
    ]);
  });

  test('a certificate that was taken back', async () => {
    const facts = certificate.facts.map(({ fact }) => fact);
    const revoked = testFact('fact_revoked', 'assurance.certificate_revoked', {
      documentDigest: await documentDigest(certificate.document),
    });
    const report = await check({
      ...certificate,
      ...(await testProvenFacts([...facts, revoked])),
    });
    expect(report.failures).toEqual([
      { code: 'certificate_revoked', fact: 'fact_revoked', time: revoked.time },
    ]);
  });

  test('a checkpoint of another log, and a witness not asked for', async () => {
    const strange = { ...trust, logKey: await testSigner('log.example/test', 8).vkey() };
    const text = JSON.stringify(receipt);
    expect(codes((await verifyEvidence(text, strange)).failures)).toContain(
      'log_signature_missing',
    );
    const both = [...trust.witnessKeys, await otherWitness.vkey()];
    const report = await verifyEvidence(text, { ...trust, witnessKeys: both });
    expect(report.failures).toContainEqual({
      code: 'witness_cosignature_missing',
      name: 'other.example',
    });
  });

  test('the log key never passes for a witness key', async () => {
    const logKey = await testLog.vkey();
    await expect(verifyEvidence('', { logKey, witnessKeys: [logKey] })).rejects.toThrow(
      'key_invalid',
    );
  });

  test('in words, in both languages', async () => {
    const report = await check(scoreOf(0.9));
    expect(renderReport(report, 'en')).toContain(
      '/score is 0.9 in the document, but 0.666667 in the log. [value_differs]',
    );
    expect(renderReport(report, 'zh')).toContain('/score 在文档中是 0.9，在账本中是 0.666667。');
  });
});
