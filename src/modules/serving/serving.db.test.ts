import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs } from '#kernel/testing-calls.ts';
import { buyer, type House, openHouse, operator, service, summing, vendor } from './testing.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );

describe.each(testDatabases())('serving on $engine', ({ open }) => {
  const houses: House[] = [];
  let db: Database;
  let number = 0;
  let basis: string;
  beforeAll(async () => {
    db = await open();
  });
  const start = async (more: Parameters<typeof openHouse>[1] = {}) => {
    number += 1;
    basis = `agreement_${number}`;
    const house = await openHouse(db, more);
    houses.push(house);
    return house;
  };
  afterEach(async () => {
    for (const house of houses.splice(0).toReversed()) await house.stop();
  });
  afterAll(() => db.close());

  it('deploys what was approved and nothing else', async () => {
    const house = await start();
    const { serving, kernel } = house;
    const programId = await house.register(summing);
    const program = await serving.readProgram(programId);
    const { createDeployment } = serving.handlers;
    const named = (parts: object, call = vendor) =>
      code(createDeployment({ name: 'n', program: { ...approved, ...parts } }, call));
    const approved = {
      revisionDigest: program!.revisionDigest,
      ...{ entry: 'main.mjs', environment: 'javascript' as const, options: { limit: 10 } },
    };
    expect(await named({ options: { limit: 11 } })).toBe('serving.not_approved');
    expect(await named({ options: {} })).toBe('serving.not_approved');
    expect(await named({ entry: 'other.mjs' })).toBe('serving.not_approved');
    expect(await named({ environment: 'python' })).toBe('serving.not_approved');
    expect(await named({ revisionDigest: `sha256:${'0'.repeat(64)}` })).toBe(
      'serving.not_approved',
    );
    expect(await named({}, buyer)).toBe('serving.not_approved');
    const { deploymentId } = await createDeployment({ name: 'n', program: approved }, vendor);
    // Sent again, it is the same deployment; the same parts are the same program.
    const again = await createDeployment({ name: 'n', program: { programId } }, operator);
    expect(again.deploymentId).toBe(deploymentId);
    const elsewhere = await kernel.db.transaction((tx) =>
      serving.registerProgram(
        tx,
        {
          ...{ ownerId: 'party_vendor', repositoryId: program!.repositoryId },
          ...{ revisionDigest: program!.revisionDigest, entry: 'main.mjs', options: { limit: 10 } },
          ...{ environment: 'javascript', environmentDigest: `sha256:${'1'.repeat(64)}` },
        },
        service,
      ),
    );
    expect(elsewhere).not.toBe(programId);
    const resource = { type: 'serving.program', id: elsewhere };
    const terms = { subject: 'party_vendor', action: 'serving.program.deploy', resource };
    await kernel.db.transaction((tx) => kernel.access.grant(tx, { ...terms, basis: 'c' }, service));
    const differs = createDeployment({ name: 'm', program: { programId: elsewhere } }, vendor);
    expect(await code(differs)).toBe('serving.environment_differs');
    // An approval that was withdrawn approves nothing.
    await kernel.db.transaction((tx) => kernel.access.revokeBasis(tx, 'case_1', 'why', service));
    expect(await named({})).toBe('serving.not_approved');
  });

  it('journals and counts each answer once, whoever asks how often', async () => {
    const house = await start();
    const { serving } = house;
    const { programId, deploymentId } = await house.deploy(summing);
    expect(await code(house.ask(deploymentId, [1], { call: vendor }))).toBe('kernel.denied');
    await house.allow(programId, 10, basis);
    const first = await house.ask(deploymentId, [1, 2], { requestId: 'a' });
    expect(first.predictions).toEqual([
      { flag: 0, score: 1 },
      { flag: 0, score: 3 },
    ]);
    expect(await house.ask(deploymentId, [1, 2], { requestId: 'a' })).toEqual(first);
    const other = house.ask(deploymentId, [1, 3], { requestId: 'a' });
    expect(await code(other)).toBe('serving.request_differs');
    // At the same time, and the same twice among them.
    const many = await Promise.all(
      [1, 2, 3, 3].map((n) => house.ask(deploymentId, [n], { requestId: `m${n}` })),
    );
    expect(Math.max(...many.map(({ predictions }) => predictions[0]!.score))).toBe(9);
    expect(many[3]).toEqual(many[2]);
    expect(await serving.usageOf(basis)).toMatchObject({ calls: 5, granted: 10 });
    // More than is left, then exactly what is left.
    const much = house.ask(deploymentId, [1, 1, 1, 1, 1, 1]);
    expect(await code(much)).toBe('serving.no_allowance');
    const last = await house.ask(deploymentId, [1, 1, 1, 1, 1]);
    expect(last.predictions.at(-1)).toEqual({ flag: 1, score: 14 });
    expect(await code(house.ask(deploymentId, [1]))).toBe('serving.no_allowance');
    const lines = await db.transaction((tx) => serving.usageLines(tx, basis, null, 3));
    const rest = await db.transaction((tx) => serving.usageLines(tx, basis, lines.at(-1)!.id, 100));
    const all = [...lines, ...rest];
    expect(all.map(({ calls }) => calls)).toEqual([2, 1, 1, 1, 5]);
    expect(all.map(({ position }) => position)).toEqual([0, 2, 3, 4, 5]);
    const { health } = await serving.handlers.getDeployment({ deploymentId }, operator);
    expect(health).toMatchObject({ rowsAnswered: 10, errors: 0, restarts: 0, sessions: 1 });
    expect(health.flaggedShare).toBeCloseTo(0.4);
    // Whoever governs sees that it was called; what was asked is between caller and auditor.
    const journal = (call: typeof buyer) =>
      serving.handlers.listInferences({ deploymentId, limit: 1 }, call);
    expect((await journal(operator)).items[0]).toMatchObject({ rowCount: 5, rows: null });
    expect((await journal(vendor)).items[0]).toMatchObject({ predictions: null });
    expect((await journal(buyer)).items[0]!.rows).toHaveLength(5);
  });

  it('lets many sessions use up an allowance, and not one call more', async () => {
    const house = await start();
    const { programId, deploymentId } = await house.deploy(summing);
    await house.allow(programId, 7, basis);
    const sessions = ['a', 'b', 'c', 'd', 'e'];
    for (const session of sessions.slice(0, 4)) await house.ask(deploymentId, [1], { session });
    const asked = sessions.map((session) => code(house.ask(deploymentId, [1], { session })));
    const codes = await Promise.all(asked);
    expect(codes.filter((result) => result === 'answered')).toHaveLength(3);
    expect(codes.filter((result) => result === 'serving.no_allowance')).toHaveLength(2);
    expect(await house.serving.usageOf(basis)).toMatchObject({ calls: 7, granted: 7 });
  });

  it('closes an allowance so that nothing counts afterwards', async () => {
    const house = await start();
    const { programId, deploymentId } = await house.deploy(summing);
    await house.allow(programId, 10, basis);
    await house.ask(deploymentId, [1]);
    const closed = await db.transaction((tx) => house.serving.closeAllowance(tx, basis));
    expect(closed).toEqual({ granted: 10, used: 1, calls: 1 });
    expect(await code(house.ask(deploymentId, [1]))).toBe('serving.no_allowance');
  });

  it('keeps callers and sessions apart', async () => {
    const house = await start();
    const { programId, deploymentId } = await house.deploy(summing);
    await house.allow(programId, 10, basis);
    await house.allow(programId, 10, `${basis}_other`, 'party_other');
    const rival = callAs('party_rival', { administratorOf: 'party_other' });
    const score = async (more: object) =>
      (await house.ask(deploymentId, [1], more)).predictions[0]!.score;
    expect(await score({})).toBe(1);
    expect(await score({})).toBe(2);
    expect(await score({ session: 'second' })).toBe(1);
    expect(await score({ call: rival })).toBe(1);
    const foreign = house.serving.infer(
      { deploymentId, session: 's', rows: [{ value: 1 }], requestId: 'r', callerId: 'party_buyer' },
      rival,
    );
    expect(await code(foreign)).toBe('serving.caller_unknown');
    // A service of the platform names whom it acts for, and passes no access thereby.
    const named = (callerId: string) =>
      code(
        house.serving.infer(
          { deploymentId, session: 's', rows: [{ value: 1 }], requestId: 'r', callerId },
          service,
        ),
      );
    expect(await named('party_buyer')).toBe('answered');
    expect(await named('party_nobody')).toBe('kernel.denied');
  });

  it('refuses rows that no table could hold, and those over which the program ends', async () => {
    const house = await start();
    const { programId, deploymentId } = await house.deploy(summing);
    await house.allow(programId, 10, basis);
    const rows = (...given: Record<string, string | number | null>[]) =>
      code(house.ask(deploymentId, [], { rows: given }));
    expect(await rows({ value: '12' })).toBe('serving.row_refused');
    expect(await rows({ value: '' })).toBe('serving.row_refused');
    expect(await rows({ value: 1 }, { valu: 1 })).toBe('serving.columns_differ');
    const mixed = await Promise.all(
      [[1], [-1], [2]].map((values) => code(house.ask(deploymentId, values))),
    );
    expect(mixed).toEqual(['answered', 'serving.program_failed', 'answered']);
    expect(await rows({ value: 1, other: 2 })).toBe('serving.columns_differ');
    const { predictions } = await house.ask(deploymentId, [0]);
    expect(predictions[0]!.score).toBe(3);
    expect(await house.serving.usageOf(basis)).toMatchObject({ calls: 3 });
  });

  it('stops within a second on every server, and holds no answer back from the journal', async () => {
    const first = await start();
    // A second server with its own memory: nothing but the database connects the two.
    const second = await start({ folder: first.folder });
    const { programId, deploymentId } = await first.deploy(summing);
    await first.allow(programId, 1_000_000, basis);
    const target = { type: 'serving.deployment', id: deploymentId };
    await second.ask(deploymentId, [1], { session: 'b' });
    let going = true;
    const answeredAt: number[] = [];
    const stream = async (house: House, session: string) => {
      while (going) {
        const result = await code(house.ask(deploymentId, [1], { session }));
        if (result === 'answered') answeredAt.push(performance.now());
        else expect(result).toBe('serving.stopped');
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    const streams = Promise.all([stream(first, 'a'), stream(second, 'b')]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const stop = { reason: 'smoke', by: 'party_operator' };
    await db.transaction((tx) => first.serving.stops.set(tx, target, stop, operator));
    const durableAt = performance.now();
    const { calls } = await first.serving.usageOf(basis);
    await new Promise((resolve) => setTimeout(resolve, 700));
    going = false;
    await streams;
    // What was committed before the stop may still be on its way out.
    expect(Math.max(...answeredAt) - durableAt).toBeLessThan(500);
    expect((await first.serving.usageOf(basis)).calls).toBe(calls);
    expect(calls).toBe(answeredAt.length + 1);
    expect(await second.serving.stops.isStopped(target)).toBe(true);
    const shown = await second.serving.handlers.getDeployment({ deploymentId }, buyer);
    expect(shown).toMatchObject({ state: 'stopped', reason: 'smoke', stop: { by: stop.by } });
    // The programs are gone on both, and the release brings the same sessions back.
    await db.transaction((tx) => first.serving.stops.release(tx, target, stop, operator));
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { predictions } = await second.ask(deploymentId, [0], { session: 'a' });
    const before = answeredAt.length;
    const other = await first.ask(deploymentId, [0], { session: 'b' });
    expect(predictions[0]!.score + other.predictions[0]!.score).toBe(before + 1);
    const kinds = (await first.kernel.facts.about(deploymentId, { limit: 9 })).map((f) => f.kind);
    expect(kinds.filter((kind) => /stopped|released/.test(kind))).toHaveLength(2);
  });

  it('answers one session on two servers as if they were one', async () => {
    const first = await start();
    const second = await start({ folder: first.folder });
    const { programId, deploymentId } = await first.deploy(summing);
    await first.allow(programId, 1_000, basis);
    const asked = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? first : second).ask(deploymentId, [1]),
    );
    const scores = (await Promise.all(asked)).map(({ predictions }) => predictions[0]!.score);
    expect(scores.toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(await second.serving.usageOf(basis)).toMatchObject({ calls: 20 });
  });

  it('fails a deployment whose program does not say the same again', async () => {
    const house = await start();
    const { programId, deploymentId } = await house.deploy(summing);
    await house.allow(programId, 10, basis);
    const { inferenceId } = await house.ask(deploymentId, [1]);
    await sql`update serving_inferences set predictions = '[[0,2]]'
      where id = ${inferenceId}`.execute(db.read);
    const target = { type: 'serving.deployment', id: deploymentId };
    const stop = { reason: 'r', by: 'party_operator' };
    await db.transaction((tx) => house.serving.stops.set(tx, target, stop, operator));
    await db.transaction((tx) => house.serving.stops.release(tx, target, stop, operator));
    expect(await code(house.ask(deploymentId, [1]))).toBe('serving.deployment_failed');
    expect(await code(house.ask(deploymentId, [1]))).toBe('serving.deployment_failed');
    const { state, reason } = await house.serving.handlers.getDeployment({ deploymentId }, vendor);
    expect({ state, reason }).toEqual({ state: 'failed', reason: 'rebuilt_differs' });
    expect(await house.serving.usageOf(basis)).toMatchObject({ calls: 1 });
  });

  it('says true of a stop while the database cannot be asked', async () => {
    const house = await start();
    const target = { type: 'city.rule', id: 'rule_1' };
    expect(await house.serving.stops.isStopped(target)).toBe(false);
    await db.close();
    await new Promise((resolve) => setTimeout(resolve, 550));
    expect(await house.serving.stops.isStopped(target)).toBe(true);
  });
});
