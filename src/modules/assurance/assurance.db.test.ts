import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { Failure } from '#kernel/errors.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, callOf, nobody } from '#kernel/testing-calls.ts';
import {
  type House,
  openHouse,
  testDigest,
  testPredictions,
  testRequest,
  testScores,
} from './testing.ts';

describe.each(testDatabases())('evaluations on $engine', ({ open }) => {
  let db: Database;
  let house: House;
  let bases = 0;
  const vendor = callAs('party_coder', { memberOf: 'party_vendor' });
  const rival = callAs('party_rival', { administratorOf: 'party_other' });
  const port = callAs('party_clerk', { administratorOf: 'party_port' });
  const operator = callAs('party_operator', { roles: ['operator'] });
  const auditor = callAs('party_auditor', { roles: ['auditor'] });
  const expert = callAs('party_expert', { roles: ['expert'] });

  beforeAll(async () => {
    db = await open();
    house = await openHouse(db);
  });
  afterAll(async () => {
    await house.close();
    await db.close();
  });

  const begin = (more: object = {}) => {
    bases += 1;
    const request = testRequest({ basis: `submission_${bases}`, ...more });
    return db.transaction((tx) => house.assurance.evaluate(tx, request, vendor));
  };
  const predict = async (id: string, text = testPredictions) => {
    await house.desk.done(house.desk.latest(id), text);
    await house.settle();
  };
  const score = async (id: string, scores: object = testScores) => {
    await house.desk.done(house.desk.latest(id), JSON.stringify(scores));
    await house.settle();
  };
  const finish = async (more: object = {}) => {
    const id = await begin(more);
    await predict(id);
    await score(id);
    return id;
  };
  const read = async (id: string) => {
    const summary = await house.assurance.readEvaluation(id);
    if (!summary) throw new Error(`no evaluation ${id}`);
    return summary;
  };
  const kinds = async (id: string) =>
    (await house.kernel.facts.about(id, { limit: 50 })).map(({ kind }) => kind).reverse();
  /** Runs the watchdog until what is due now has been attended to. */
  const attend = async () => {
    const stop = new AbortController();
    const [watchdog] = house.assurance.services;
    const running = watchdog?.run(stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 400));
    stop.abort();
    await running;
    await house.settle();
  };

  it('predicts without labels, then scores without the program', async () => {
    const id = await begin();
    const first = house.desk.latest(id);
    expect(first.spec).toMatchObject({ mode: 'rows', features: testDigest('features') });
    expect(first.spec).toMatchObject({ logs: 'none', ownerId: 'party_port' });
    expect(JSON.stringify(first.spec)).not.toContain(testDigest('labels'));
    expect(await read(id)).toMatchObject({ state: 'predicting' });
    await predict(id);
    const second = house.desk.latest(id);
    expect(second.spec.inputs?.map(({ name }) => name)).toEqual(['predictions', 'labels']);
    expect(JSON.stringify(second.spec)).not.toContain(testDigest('program file'));
    expect(JSON.stringify(second.spec)).not.toContain(testDigest('features'));
    expect(await read(id)).toMatchObject({ state: 'scoring' });
    await score(id);
    expect(await read(id)).toMatchObject({ state: 'done', exact: testScores });
    expect(await kinds(id)).toEqual(['assurance.score_recorded', 'assurance.evaluation_finished']);
    const [finished, recorded] = await house.kernel.facts.about(id, { limit: 2 });
    expect(recorded?.body).toMatchObject({
      ...testScores,
      evaluationId: id,
      revisionDigest: testDigest('program'),
      datasetDigest: testDigest('dataset'),
      featuresDigest: testDigest('features'),
      labelsDigest: testDigest('labels'),
      scorerDigest: testDigest('scorer'),
      environmentDigest: testDigest('environment'),
      scorerOptions: { latencyReadings: 0, mergeGapReadings: 0 },
    });
    expect(finished?.body).toMatchObject({ state: 'done', reason: null, score: 0.666667 });
  });

  it('takes each end of a job once, however often and late it comes', async () => {
    const id = await begin();
    const first = house.desk.latest(id);
    await house.desk.done(first, testPredictions);
    await house.desk.done(first, testPredictions);
    await house.settle();
    const jobs = () => house.desk.asked.filter(({ spec }) => spec.basis === id).length;
    expect(jobs()).toBe(2);
    await score(id);
    await house.desk.failed(first, 'program_error');
    await house.replay('assurance.jobs');
    expect(jobs()).toBe(2);
    expect(await read(id)).toMatchObject({ state: 'done' });
    expect(await kinds(id)).toHaveLength(2);
  });

  it('asks for nothing and records nothing where the transaction is lost', async () => {
    const asked = house.desk.asked.length;
    const lost = db.transaction(async (tx) => {
      await house.assurance.evaluate(tx, testRequest({ basis: 'submission_lost' }), vendor);
      throw new Error('lost');
    });
    await expect(lost).rejects.toThrow('lost');
    expect(house.desk.asked).toHaveLength(asked);
    expect(await house.assurance.readScores(['submission_lost'])).toEqual([]);
  });

  it('tries again after faults of ours, at no cost, and gives up in the end', async () => {
    const id = await begin();
    await house.desk.failed(house.desk.latest(id), 'isolation_failed');
    await house.settle();
    expect(await read(id)).toMatchObject({ state: 'waiting' });
    house.pass(2);
    await attend();
    expect(await read(id)).toMatchObject({ state: 'predicting' });
    for (const seconds of [4, 0]) {
      await house.desk.failed(house.desk.latest(id), 'host_lost');
      await house.settle();
      house.pass(seconds);
      await attend();
    }
    expect(await read(id)).toMatchObject({
      state: 'failed',
      reason: { code: 'host_lost', phase: 'predict', ours: true },
    });
    expect(await kinds(id)).toEqual(['assurance.evaluation_finished']);
  });

  it('ends what is overdue and stops its job, which is nobody’s fault but ours', async () => {
    const id = await begin();
    const { jobId } = house.desk.latest(id);
    const stop = new AbortController();
    const running = house.assurance.services[0]?.run(stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    house.pass(161);
    // Somebody else's evaluation wakes the watchdog.
    await begin();
    await new Promise((resolve) => setTimeout(resolve, 500));
    stop.abort();
    await running;
    expect(await read(id)).toMatchObject({
      state: 'failed',
      reason: { code: 'evaluation_overdue', ours: true },
    });
    expect(house.desk.stopped).toContain(jobId);
  });

  it('forgives the time for which the platform itself was down', async () => {
    const id = await begin();
    house.pass(10_000);
    await attend();
    expect(await read(id)).toMatchObject({ state: 'predicting' });
  });

  it('gives the reason of a program, and never that of a scorer, to its owner', async () => {
    const id = await begin();
    await house.desk.failed(house.desk.latest(id), 'out_of_memory');
    await house.settle();
    const seen = await house.assurance.handlers.getEvaluation({ evaluationId: id }, vendor);
    expect(seen).toMatchObject({
      state: 'failed',
      reason: { code: 'out_of_memory', phase: 'predict', ours: false },
      counters: { wallSeconds: 2, memoryMiB: 128 },
    });
    const other = await begin();
    await predict(other);
    await house.desk.failed(house.desk.latest(other), 'program_error');
    await house.settle();
    const input = { evaluationId: other };
    const vendors = await house.assurance.handlers.getEvaluation(input, vendor);
    expect(vendors).toMatchObject({ reason: { code: 'scoring_failed', ours: true }, cause: null });
    const ports = await house.assurance.handlers.getEvaluation(input, port);
    expect(ports).toMatchObject({ cause: 'program_error' });
  });

  it('takes scores that do not fit for no scores', async () => {
    const id = await begin();
    await predict(id);
    await score(id, { score: 1, labels: '0101' });
    expect(await read(id)).toMatchObject({
      state: 'failed',
      reason: { code: 'scores_invalid', phase: 'score', ours: true },
    });
  });

  it('shows the program’s owner the rounded score, the data’s all, others nothing', async () => {
    const id = await finish();
    const input = { evaluationId: id };
    const { getEvaluation, listEvaluations } = house.assurance.handlers;
    const sealed = { score: 0.67, interval: { low: 0.12, high: 0.99 }, sealed: true };
    for (const reader of [vendor, operator]) {
      const seen = await getEvaluation(input, reader);
      expect(seen).toMatchObject({ ...sealed, predictionsDigest: null, resultDigest: null });
      expect(seen.scores).toMatchObject({ precision: null, eventsFound: null });
      expect(seen.actions).toEqual([]);
    }
    for (const reader of [port, auditor]) {
      const seen = await getEvaluation(input, reader);
      expect(seen.scores).toEqual(testScores);
      expect(seen.predictionsDigest).toMatch(/^sha256:/);
    }
    for (const reader of [rival, nobody]) {
      await expect(getEvaluation(input, reader)).rejects.toMatchObject({
        code: expect.stringMatching(/^kernel\.(missing|not_signed_in)$/),
      });
    }
    const list = async (reader: typeof vendor) =>
      (await listEvaluations({ limit: 100, repeats: false }, reader)).items.find(
        ({ evaluationId }) => evaluationId === id,
      );
    expect(await list(vendor)).toMatchObject(sealed);
    expect(await list(port)).toMatchObject({ score: testScores.score });
    expect(await list(rival)).toBeUndefined();
    const both = { ...vendor.principal, roles: ['auditor' as const] };
    expect(await getEvaluation(input, callOf(both))).toMatchObject(sealed);
    await db.transaction((tx) => house.assurance.unseal(tx, [`submission_${bases}`]));
    const opened = await getEvaluation(input, vendor);
    expect(opened).toMatchObject({ scores: testScores, sealed: false, predictionsDigest: null });
  });

  it('pages and filters lists', async () => {
    const { listEvaluations } = house.assurance.handlers;
    const revisionDigest = testDigest('paged');
    const program = { ...testRequest().program, revisionDigest };
    const ids = [];
    for (const _ of [1, 2, 3]) ids.push(await begin({ program }));
    const wanted = { limit: 2, repeats: false, revisionDigest };
    const first = await listEvaluations(wanted, vendor);
    expect(first.total).toBe(3);
    const rest = await listEvaluations({ ...wanted, cursor: first.nextCursor ?? '' }, vendor);
    const seen = [...first.items, ...rest.items].map(({ evaluationId }) => evaluationId);
    expect(seen).toEqual(ids.toReversed());
    expect(rest.nextCursor).toBeNull();
  });

  it('keeps logs of programs on public data only, of scorers to the data’s owner', async () => {
    const { readLog } = house.assurance.handlers;
    const open = await finish({ datasetKind: 'public' });
    const first = house.desk.asked.find(({ spec }) => spec.basis === open);
    expect(first?.spec).toMatchObject({ logs: 'full', ownerId: 'party_vendor' });
    house.desk.logs.set(first?.jobId ?? '', 'hello');
    expect(await readLog({ evaluationId: open, phase: 'predict' }, vendor)).toMatchObject({
      text: 'hello',
    });
    const hidden = await finish();
    for (const { jobId } of house.desk.asked) house.desk.logs.set(jobId, 'row 7 is labelled 1');
    const withheld = { code: 'assurance.log_withheld' };
    for (const phase of ['predict', 'score'] as const) {
      const input = { evaluationId: hidden, phase };
      await expect(readLog(input, vendor)).rejects.toMatchObject(withheld);
      await expect(readLog(input, operator)).rejects.toMatchObject(withheld);
    }
    const asOwner = { evaluationId: hidden, phase: 'score' as const };
    expect(await readLog(asOwner, port)).toMatchObject({ text: 'row 7 is labelled 1' });
  });

  it('hands predictions on hidden data to the owner of the data and to auditors', async () => {
    const id = await finish();
    const [door] = house.assurance.doors;
    const get = async (reader: typeof vendor) => {
      const request = { params: { evaluationId: id } } as never;
      const reply = await door!.handle(request, reader);
      if (!('body' in reply) || typeof reply.body !== 'object') throw new Error('no body');
      const parts: Uint8Array[] = [];
      for await (const part of reply.body as AsyncIterable<Uint8Array>) parts.push(part);
      return Buffer.concat(parts).toString();
    };
    expect(await get(port)).toBe(testPredictions);
    expect(await get(auditor)).toBe(testPredictions);
    for (const reader of [vendor, operator]) {
      await expect(get(reader)).rejects.toMatchObject({ code: 'assurance.predictions_withheld' });
    }
    await expect(get(rival)).rejects.toMatchObject({ code: 'kernel.missing' });
  });

  it('compares a repeat with the first run, and announces no second score', async () => {
    const id = await finish();
    const { repeatEvaluation, getEvaluation } = house.assurance.handlers;
    await expect(repeatEvaluation({ evaluationId: id }, vendor)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    const again = async (predictions: string) => {
      const { evaluationId } = await repeatEvaluation({ evaluationId: id }, port);
      await expect(repeatEvaluation({ evaluationId: id }, auditor)).rejects.toMatchObject({
        code: 'assurance.repeat_running',
      });
      await predict(evaluationId, predictions);
      await score(evaluationId);
      return evaluationId;
    };
    const equal = await again(testPredictions);
    const different = await again(testPredictions.replace('0.9', '0.8'));
    const { repeats, attestedFactId } = await getEvaluation({ evaluationId: id }, vendor);
    expect(repeats).toMatchObject([
      { evaluationId: different, outcome: 'different' },
      { evaluationId: equal, outcome: 'equal' },
    ]);
    expect(attestedFactId).toBeNull();
    expect(await kinds(id)).toEqual([
      'assurance.score_recorded',
      'assurance.evaluation_finished',
      'assurance.evaluation_repeated',
      'assurance.evaluation_repeated',
    ]);
    expect(await kinds(equal)).toEqual([]);
  });

  it('lets an independent expert attest by an equal run, and nobody else', async () => {
    const id = await finish();
    const { attestScore, getEvaluation } = house.assurance.handlers;
    const input = { evaluationId: id };
    for (const reader of [vendor, port, rival]) {
      await expect(attestScore(input, reader)).rejects.toMatchObject({
        code: expect.stringMatching(/^kernel\.(denied|missing)$/),
      });
    }
    const insider = callOf({ ...port.principal, roles: ['auditor'] });
    await expect(attestScore(input, insider)).rejects.toMatchObject({ code: 'assurance.recused' });
    const wrong = await attestScore(input, expert);
    await predict(wrong.evaluationId, testPredictions.replace('0.9', '0.8'));
    await score(wrong.evaluationId);
    expect((await getEvaluation(input, port)).attestedFactId).toBeNull();
    const right = await attestScore(input, expert);
    const shown = await getEvaluation(right, expert);
    expect(shown).toMatchObject({ state: 'predicting', ownerId: 'party_expert' });
    await predict(right.evaluationId);
    await score(right.evaluationId);
    const { attestedFactId, scoreFactId } = await getEvaluation(input, port);
    const [attested] = await house.kernel.facts.about(id, { limit: 1 });
    expect(attested).toMatchObject({
      id: attestedFactId,
      kind: 'assurance.score_attested',
      actor: 'party_expert',
      body: { fact: scoreFactId, value: 0.666667, by: 'party_expert' },
    });
  });

  it('stops what has not ended, with its jobs', async () => {
    const running = await begin({ basis: 'submission_stop' });
    const done = await finish({ basis: 'submission_stop' });
    const { jobId } = house.desk.latest(running);
    const stopped = await db.transaction((tx) =>
      house.assurance.stop(tx, ['submission_stop'], operator),
    );
    expect(stopped).toBe(1);
    expect(house.desk.stopped).toContain(jobId);
    await house.desk.ended({ jobId, spec: house.desk.latest(running).spec });
    await house.settle();
    expect(await read(running)).toMatchObject({ state: 'stopped', reason: { ours: true } });
    expect(await read(done)).toMatchObject({ state: 'done' });
  });

  it('takes a job that compute refuses for a fault like any other, and goes on', async () => {
    const id = await begin();
    house.desk.refusals.push(new Failure('compute.queue_full', 'limited', 'full'));
    await predict(id);
    expect(await read(id)).toMatchObject({ state: 'waiting' });
    house.pass(2);
    await attend();
    expect(await read(id)).toMatchObject({ state: 'scoring' });
    await score(id);
    expect(await read(id)).toMatchObject({ state: 'done' });
  });

  it('keeps every object that an evaluation rests on', async () => {
    const id = await finish();
    const seen = await house.assurance.handlers.getEvaluation({ evaluationId: id }, port);
    const digests = [seen.predictionsDigest ?? '', seen.labelsDigest, testDigest('program file')];
    const inUse = await house.assurance.blobsInUse([...digests, testDigest('unknown')]);
    expect([...inUse].sort()).toEqual(digests.sort());
  });
});
