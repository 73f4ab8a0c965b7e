import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { Failure } from '#kernel/errors.ts';
import { testDatabases } from '#kernel/testing.ts';
import { nobody } from '#kernel/testing-calls.ts';
import type { TaskInput } from '#modules/serving';
import {
  bench,
  labelSuite,
  type MeasuringHouse,
  openMeasuringHouse,
  operator,
  reader,
  vendor,
} from './testing-measurements.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );

/** The label that a text begins with, which is right; and a wrong one for texts with a 3. */
const firstWord = async (input: TaskInput) => {
  const text = input.kind === 'texts' ? (input.texts[0] ?? '') : '';
  const label = text.includes('3') ? 'wrong' : (text.split(' ')[0] ?? '');
  return [[{ label, score: 1 }]];
};

describe.each(testDatabases())('measurements on $engine', ({ open }) => {
  let db: Database;
  let house: MeasuringHouse;
  beforeAll(async () => {
    db = await open();
    house = await openMeasuringHouse(db);
  });
  beforeEach(() => {
    house.asked.length = 0;
    house.program.answer = firstWord;
  });
  afterAll(async () => {
    await house.close();
    await db.close();
  });

  const handlers = () => house.assurance.handlers;
  const labels = ['sport', 'city', 'sport', 'city', 'port', 'city'];
  const ready = async (files = labelSuite(labels), audience: 'members' | 'owner' = 'members') => {
    const algorithm = await house.publish('vendor', { 'task.json': '{}' }, 'members');
    const suite = await house.publish('bench', files, audience);
    return { algorithm, suite, trialId: house.trial(algorithm) };
  };
  const create = async (
    { trialId, suite }: { trialId: string; suite: { repositoryId: string } },
    call = vendor,
  ) => {
    const input = { trialId, suite: { repositoryId: suite.repositoryId } };
    return (await handlers().createMeasurement(input, call)).measurementId;
  };
  const read = (measurementId: string, call = vendor) =>
    handlers().getMeasurement({ measurementId }, call);
  const ended = (id: string) => async () =>
    ['done', 'failed', 'stopped'].includes((await read(id)).state);
  const finish = async (id: string, server?: ReturnType<MeasuringHouse['server']>) => {
    await house.run(ended(id), server);
    return read(id);
  };

  it('judge every case once, and say on what the score rests', async () => {
    const made = await ready();
    const id = await create(made);
    expect(await create(made)).toBe(id);
    const done = await finish(id);
    expect(done).toMatchObject({
      ...{ state: 'done', metric: 'accuracy/1', cases: 6, casesDone: 6, casesFailed: 0 },
      ...{ score: 5 / 6, medianMs: 2, repeatOf: null, licence: 'CC0-1.0' },
      revisionDigest: made.algorithm.revisionDigest,
      suite: { ...made.suite, open: true, independent: true },
      environmentDigest: expect.stringMatching(/^sha256:/),
      outputsDigest: expect.stringMatching(/^sha256:/),
    });
    expect(done.interval?.low).toBeLessThan(5 / 6);
    expect(done.interval?.high).toBe(1);
    const facts = await house.kernel.facts.about(id, { limit: 9 });
    expect(facts.map(({ kind }) => kind)).toEqual(['assurance.measurement_finished']);
    expect(facts[0]?.body).toMatchObject({ state: 'done', score: 5 / 6, suiteOpen: true });
    expect(done.factId).toBe(facts[0]?.id);
    // The worst first, and what came of it.
    const { items, total } = await handlers().listMeasuredCases(
      { measurementId: id, failedOnly: false, limit: 2 },
      reader,
    );
    expect(total).toBe(6);
    expect(items[0]).toMatchObject({ place: 3, caseId: 'c3', score: 0, problem: null });
    const one = await handlers().getMeasuredCase({ measurementId: id, place: 3 }, reader);
    expect(one).toMatchObject({
      ...{ texts: ['city 3'], expected: { label: 'city' }, outputKept: true },
      output: [[{ label: 'wrong', score: 1 }]],
    });
    const inUse = await house.assurance.blobsInUse([one.outputDigest ?? '']);
    expect([...inUse]).toEqual([one.outputDigest]);
  });

  it('are asked for by who writes the algorithm and operators, over suites that they read', async () => {
    const { trialId, suite } = await ready();
    expect(await code(create({ trialId, suite }, reader))).toBe('kernel.denied');
    expect(await code(create({ trialId, suite }, nobody))).toBe('kernel.not_signed_in');
    const hidden = await ready(undefined, 'owner');
    expect(await code(create(hidden))).toBe('kernel.missing');
    expect(await create({ trialId, suite }, operator)).toMatch(/^measurement_/);
    for (const [more, wanted] of [
      [{ task: null }, 'assurance.trial_without_task'],
      [{ task: 'object-detection' }, 'assurance.task_differs'],
      [{ state: 'stopped' }, 'assurance.trial_not_open'],
    ] as const) {
      const algorithm = await house.publish('vendor', { 'task.json': '{}' }, 'members');
      const other = house.trial(algorithm, more);
      expect(await code(create({ trialId: other, suite }))).toBe(wanted);
    }
    const lines = labelSuite(labels)['cases.jsonl'];
    for (const [cases, problem] of [
      [`${lines}\n{"id":"c0","text":"x","expected":{"label":"a"}}`, 'cases.jsonl:7: id: c0'],
      [`${lines}\n\n{"id":"x","text":"x","expected":{}}`, 'cases.jsonl:8: expected: label'],
      [`${lines}\n{"id":"x","file":"y.png","expected":{"label":"a"}}`, 'cases.jsonl:7: a case of'],
      [`${lines}\nx`, 'cases.jsonl:7: it is not JSON'],
      ['', 'cases.jsonl: there is no case'],
    ] as const) {
      const wrong = await house.publish(
        'bench',
        { ...labelSuite(labels), 'cases.jsonl': cases || '\n' },
        'members',
      );
      const refused = await create({ trialId, suite: wrong }).catch((error: Error) => error);
      expect(refused).toMatchObject({ code: 'assurance.suite_invalid' });
      expect(String(refused)).toContain(problem);
    }
  });

  it('show to nobody who may not read the algorithm and the suite', async () => {
    const made = await ready();
    const id = await create(made);
    await finish(id);
    const list = async (call = reader) =>
      (
        await handlers().listMeasurements(
          { suiteRepositoryId: made.suite.repositoryId, repeats: false, limit: 10 },
          call,
        )
      ).total;
    const suites = async (call = reader) =>
      (await handlers().listSuites({ limit: 100 }, call)).items.map((one) => one.repositoryId);
    const board = (call = reader) =>
      handlers().getSuiteBoard({ repositoryId: made.suite.repositoryId, limit: 10 }, call);
    expect(await list()).toBe(1);
    expect(await suites()).toContain(made.suite.repositoryId);
    expect((await board()).items).toMatchObject([{ rank: 1, measurement: { measurementId: id } }]);
    expect(await list(nobody)).toBe(0);
    expect(await code(board(nobody))).toBe('kernel.not_signed_in');
    const { repositoryId } = made.suite;
    await house.hub.handlers.setAudience({ repositoryId, audience: 'owner' }, bench);
    expect(await list()).toBe(0);
    expect(await suites()).not.toContain(repositoryId);
    expect(await code(read(id, reader))).toBe('kernel.missing');
    expect(await code(board())).toBe('kernel.missing');
    const cases = { measurementId: id, failedOnly: false, limit: 1 };
    expect(await code(handlers().listMeasuredCases(cases, vendor))).toBe('kernel.missing');
  });

  it('go on where a killed server left them, and count each case once', async () => {
    const made = await ready();
    const id = await create(made);
    // The first server hangs in the fourth case, and never comes back.
    let hung = () => {};
    const hanging = new Promise<void>((resolve) => {
      hung = resolve;
    });
    house.program.answer = async (input) => {
      if (house.asked.length < 4) return firstWord(input);
      hung();
      return new Promise(() => {});
    };
    const lost = house.server();
    const measurer = lost.services.find(({ name }) => name === 'assurance.measurer');
    void measurer?.run(new AbortController().signal);
    await hanging;
    expect(await read(id)).toMatchObject({ state: 'running', casesDone: 3 });
    house.program.answer = firstWord;
    house.asked.length = 0;
    const second = house.server();
    await house.run(
      async () => house.asked.length > 0 || house.clock.move(20) !== undefined,
      second,
    );
    const done = await finish(id, second);
    expect(done).toMatchObject({ state: 'done', casesDone: 6, score: 5 / 6 });
    // The fourth was asked again, and those before it were not.
    expect(house.asked).toHaveLength(3);
    expect(await house.kernel.facts.about(id, { limit: 9 })).toHaveLength(1);
  });

  it('compare a repeat with the first time', async () => {
    const made = await ready();
    const first = await create(made);
    await finish(first);
    const second = await create(made);
    expect(second).not.toBe(first);
    expect(await finish(second)).toMatchObject({
      ...{ repeatOf: first, repeatOutcome: 'same', differing: 0, score: 5 / 6 },
    });
    house.program.answer = async () => [[{ label: 'city', score: 0.5 }]];
    const third = await create(made);
    expect(await finish(third)).toMatchObject({ repeatOutcome: 'different', differing: 6 });
    const { repeats } = await read(first);
    expect(repeats.map(({ outcome }) => outcome)).toEqual(['different', 'same']);
    const { repositoryId } = made.suite;
    const { items } = await handlers().getSuiteBoard({ repositoryId, limit: 10 }, reader);
    expect(items).toMatchObject([{ measurement: { score: 5 / 6 }, repeats: 2, repeatsSame: 1 }]);
  });

  it('count a case without an answer that fits as wrong, and wait where there is a limit', async () => {
    let limited = 0;
    house.program.answer = async (input) => {
      const text = input.kind === 'texts' ? input.texts[0] : '';
      if (text?.endsWith('0')) throw new Failure('serving.model_failed', 'conflict', 'no');
      if (text?.endsWith('1')) return [];
      if (text?.endsWith('2') && limited++ < 2) {
        throw new Failure('serving.calls_many', 'limited', 'wait', { seconds: 0.01 });
      }
      return firstWord(input);
    };
    const done = await finish(await create(await ready()));
    expect(done).toMatchObject({ state: 'done', casesFailed: 2, score: 3 / 6 });
    const input = { measurementId: done.measurementId, failedOnly: true, limit: 10 };
    const { items } = await handlers().listMeasuredCases(input, vendor);
    expect(items.map(({ problem }) => problem)).toEqual([
      'serving.model_failed',
      'assurance.answer_misfit',
    ]);
  });

  it('end without a score where the trial ends, the platform fails, or somebody stops them', async () => {
    house.program.answer = async () => {
      throw new Failure('serving.trial_ended', 'conflict', 'ended');
    };
    expect(await finish(await create(await ready()))).toMatchObject({
      ...{ state: 'failed', score: null, reason: { code: 'trial_ended' } },
    });
    house.program.answer = async () => {
      throw new Error('the disk is gone');
    };
    const broken = await create(await ready());
    await house.run(async () => {
      house.clock.move(30);
      return ended(broken)();
    });
    expect(await read(broken)).toMatchObject({ reason: { code: 'platform_fault' } });
    expect(house.asked).toHaveLength(5);
    house.program.answer = () => new Promise(() => {});
    const stopped = await create(await ready());
    await code(handlers().stopMeasurement({ measurementId: stopped }, reader));
    expect((await read(stopped)).state).toBe('waiting');
    await handlers().stopMeasurement({ measurementId: stopped }, vendor);
    expect(await read(stopped)).toMatchObject({ state: 'stopped', actions: ['measure', 'cases'] });
  });

  it('keep no output of a suite that is not open', async () => {
    const algorithm = await house.publish('vendor', { 'task.json': '{}' }, 'members');
    const suite = await house.publish('vendor', labelSuite(labels), 'owner');
    const done = await finish(await create({ trialId: house.trial(algorithm), suite }));
    expect(done.suite).toMatchObject({ open: false, independent: false });
    const one = await handlers().getMeasuredCase(
      { measurementId: done.measurementId, place: 0 },
      vendor,
    );
    expect(one).toMatchObject({ outputKept: false, output: null });
    expect(one.outputDigest).toMatch(/^sha256:/);
  });
});
