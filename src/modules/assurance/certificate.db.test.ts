import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, nobody } from '#kernel/testing-calls.ts';
import { verifyEvidence } from '#verify/verify.ts';
import {
  type House,
  openHouse,
  testLabels,
  testPredictions,
  testRequest,
  testScores,
} from './testing.ts';

describe.each(testDatabases())('certificates on $engine', ({ open }) => {
  let db: Database;
  let house: House;
  let labels: string;
  let count = 0;
  const port = callAs('party_clerk', { administratorOf: 'party_port' });
  const worker = callAs('party_worker', { memberOf: 'party_port' });
  const vendor = callAs('party_coder', { administratorOf: 'party_vendor' });
  const operator = callAs('party_operator', { roles: ['operator'] });
  const expert = callAs('party_expert', { roles: ['expert'] });

  beforeAll(async () => {
    db = await open();
    house = await openHouse(db);
    ({ digest: labels } = await house.kernel.blobs.put(Buffer.from(testLabels), { bytesMax: 1e6 }));
  });
  afterAll(async () => {
    await house.close();
    await db.close();
  });

  const run = async (id: string) => {
    await house.desk.done(house.desk.latest(id), testPredictions);
    await house.settle();
    await house.desk.done(house.desk.latest(id), JSON.stringify(testScores));
    await house.settle();
  };
  const evaluated = async (more: object = {}) => {
    count += 1;
    const request = testRequest({ basis: `submission_${count}`, labels, ...more });
    const id = await db.transaction((tx) => house.assurance.evaluate(tx, request, vendor));
    await run(id);
    return id;
  };
  const issue = async (evaluationId: string, more: object = {}) => {
    const request = {
      evaluationId,
      title: { zh: '环境传感器异常检测 · 中榜', en: 'Sensor anomalies, winner' },
      scope: { zh: '注入故障', en: 'injected faults' },
      limits: { zh: '回放数据', en: 'replayed data' },
      holderId: 'party_vendor',
      holderName: '北港实验室',
      validDays: 30,
      basis: 'call_1',
      ...more,
    };
    const id = await db.transaction((tx) =>
      house.assurance.issueCertificate(tx, request, operator),
    );
    await house.settle();
    return id;
  };
  const evidenceOf = (certificateId: string) =>
    house.assurance.handlers.certificateEvidence({ certificateId }, nobody);
  const verify = (file: unknown) => {
    const { vkey: logKey } = house.kernel.ledger;
    return verifyEvidence(JSON.stringify(file), { logKey, witnessKeys: [] });
  };
  const levels = async (file: unknown) => {
    const { claims } = await verify(file);
    return new Map(claims.map(({ path, level }) => [path, level]));
  };
  const disclose = async (evaluationId: string) => {
    await house.assurance.handlers.discloseEvaluation({ evaluationId }, port);
    await house.settle();
  };

  it('name everything, and a stranger verifies every number of them', async () => {
    const evaluationId = await evaluated();
    const certificateId = await issue(evaluationId);
    const seen = await house.assurance.handlers.getCertificate({ certificateId }, nobody);
    expect(seen).toMatchObject({
      state: 'valid',
      level: 'included',
      score: 0.666667,
      holderName: '北港实验室',
      document: { level: 'included', scope: { en: 'injected faults' }, ...testScores },
      actions: [],
    });
    const report = await verify(await evidenceOf(certificateId));
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ ok: true, kind: 'certificate', unproven: [] });
    const list = await house.assurance.handlers.listCertificates({ limit: 10, q: '北港' }, nobody);
    expect(list.items).toMatchObject([{ certificateId, score: 0.666667 }]);
  });

  it('are issued once for one basis, of done evaluations only', async () => {
    const evaluationId = await evaluated();
    const certificateId = await issue(evaluationId);
    expect(await issue(evaluationId)).toBe(certificateId);
    expect(await issue(evaluationId, { basis: 'call_2' })).not.toBe(certificateId);
    const request = testRequest({ basis: 'submission_open' });
    const open = await db.transaction((tx) => house.assurance.evaluate(tx, request, vendor));
    await expect(issue(open)).rejects.toMatchObject({ code: 'assurance.not_done' });
  });

  it('let a stranger recompute once the owner of the data discloses, not before', async () => {
    const evaluationId = await evaluated();
    const { discloseEvaluation } = house.assurance.handlers;
    const input = { evaluationId };
    await expect(discloseEvaluation(input, port)).rejects.toMatchObject({
      code: 'assurance.sealed',
    });
    const certificateId = await issue(evaluationId);
    expect(JSON.stringify(await evidenceOf(certificateId))).not.toContain('mote_id');
    for (const reader of [vendor, worker, operator]) {
      await expect(discloseEvaluation(input, reader)).rejects.toMatchObject({
        code: expect.stringMatching(/^kernel\.(denied|missing)$/),
      });
    }
    await disclose(evaluationId);
    const file = await evidenceOf(certificateId);
    const report = await verify(file);
    expect(report.failures).toEqual([]);
    const proved = await levels(file);
    for (const path of ['/score', '/precision', '/recall', '/eventsFound', '/falseAlarms']) {
      expect(proved.get(path)).toBe('recomputed');
    }
    expect(proved.get('/interval')).toBe('included');
    const seen = await house.assurance.handlers.getCertificate({ certificateId }, nobody);
    expect(seen).toMatchObject({ level: 'recomputed', document: { level: 'included' } });
  });

  it('claim no recomputation where the scores do not follow from what was disclosed', async () => {
    const evaluationId = await evaluated({
      scorerOptions: { latencyReadings: 3, mergeGapReadings: 0 },
    });
    const certificateId = await issue(evaluationId);
    await disclose(evaluationId);
    const file = await evidenceOf(certificateId);
    expect((await verify(file)).ok).toBe(true);
    expect((await levels(file)).get('/score')).toBe('included');
  });

  it('say attested, and by whom, after an equal run of an expert', async () => {
    const evaluationId = await evaluated();
    const certificateId = await issue(evaluationId);
    const repeat = await house.assurance.handlers.attestScore({ evaluationId }, expert);
    await run(repeat.evaluationId);
    const report = await verify(await evidenceOf(certificateId));
    expect(report.failures).toEqual([]);
    expect(report.claims.find(({ path }) => path === '/score')).toMatchObject({
      level: 'attested',
      attestedBy: 'party_expert',
    });
  });

  it('do not verify after any change of a value, a digest or a disclosed text', async () => {
    const evaluationId = await evaluated();
    const certificateId = await issue(evaluationId);
    await disclose(evaluationId);
    const text = JSON.stringify(await evidenceOf(certificateId));
    expect((await verify(JSON.parse(text))).ok).toBe(true);
    const at = fc.nat(text.length - 1);
    const letter = fc.constantFrom(...'0123456789abcdefAB"}');
    await fc.assert(
      fc.asyncProperty(at, letter, async (place, put) => {
        const changed = text.slice(0, place) + put + text.slice(place + 1);
        if (changed === text) return;
        const { vkey: logKey } = house.kernel.ledger;
        const report = await verifyEvidence(changed, { logKey, witnessKeys: [] });
        expect(report.ok ? changed.slice(place - 60, place + 60) : '').toBe('');
      }),
      { numRuns: 150 },
    );
  });

  it('are revoked at once by issuer or operator, for good, with a reason', async () => {
    const certificateId = await issue(await evaluated());
    const { revokeCertificate, getCertificate, listCertificates } = house.assurance.handlers;
    const input = { certificateId, reason: '评分程序有误' };
    for (const reader of [vendor, worker, nobody]) {
      await expect(revokeCertificate(input, reader)).rejects.toMatchObject({
        code: expect.stringMatching(/^kernel\.(denied|missing|not_signed_in)$/),
      });
    }
    const mine = await getCertificate({ certificateId }, port);
    expect(mine.actions).toEqual(['revoke']);
    const topics: string[] = [];
    const stop = house.kernel.live.subscribe((topic) => topics.push(topic));
    await revokeCertificate(input, port);
    stop();
    expect(topics).toContain(`assurance.certificate/${certificateId}`);
    const seen = await getCertificate({ certificateId }, nobody);
    expect(seen).toMatchObject({ state: 'revoked', revokedReason: '评分程序有误', actions: [] });
    await expect(revokeCertificate(input, operator)).rejects.toMatchObject({
      code: 'assurance.already_revoked',
    });
    const revoked = await listCertificates({ limit: 10, state: 'revoked' }, nobody);
    expect(revoked.items.map((item) => item.certificateId)).toEqual([certificateId]);
    await house.settle();
    const report = await verify(await evidenceOf(certificateId));
    expect(report.failures).toMatchObject([{ code: 'certificate_revoked' }]);
  });

  it('give a receipt of a score, but nobody the exact score before its time', async () => {
    const evaluationId = await evaluated();
    const { evaluationEvidence } = house.assurance.handlers;
    const input = { evaluationId };
    await expect(evaluationEvidence(input, vendor)).rejects.toMatchObject({
      code: 'assurance.sealed',
    });
    expect(await verify(await evaluationEvidence(input, port))).toMatchObject({ ok: true });
    await db.transaction((tx) => house.assurance.unseal(tx, [`submission_${count}`]));
    const report = await verify(await evaluationEvidence(input, vendor));
    expect(report).toMatchObject({ ok: true, kind: 'receipt', unproven: [], failures: [] });
    await disclose(evaluationId);
    const later = await evaluationEvidence(input, vendor);
    expect((await levels(later)).get('/score')).toBe('recomputed');
  });

  it('run out by themselves', async () => {
    const certificateId = await issue(await evaluated(), { validDays: 1 });
    house.pass(86_401);
    const seen = await house.assurance.handlers.getCertificate({ certificateId }, nobody);
    expect(seen.state).toBe('expired');
    const expired = await house.assurance.handlers.listCertificates(
      { limit: 10, state: 'expired' },
      nobody,
    );
    expect(expired.items.map((item) => item.certificateId)).toEqual([certificateId]);
  });
});
