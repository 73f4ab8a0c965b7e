import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { openHouse, operator, rival, vendor } from './testing.ts';

const signal = new AbortController().signal;
const none = {
  errorRateMax: null,
  flaggedShareMin: null,
  flaggedShareMax: null,
  incidentsPerHourMax: null,
};
const page = { limit: 25 };

describe.each(testDatabases())('the watch on $engine', ({ open }) => {
  let db: Database;
  let house: Awaited<ReturnType<typeof openHouse>>;

  beforeAll(async () => {
    db = await open();
    house = await openHouse(db);
  });
  afterAll(async () => {
    await house.close();
    await db.close();
  });

  const look = () => house.module.lookNow(signal);
  const deploy = async () => {
    const approvalId = await house.approve();
    const { programId } = await house.governance.getApproval({ approvalId }, operator);
    const deploymentId = await house.serving.deploy(programId ?? '');
    await house.settle();
    return deploymentId;
  };
  const warningsOf = (deploymentId: string) =>
    house.governance.listWarnings({ deploymentId, ...page }, operator);

  it('stops by itself once, tells the operator, and leaves a release alone', async () => {
    const deploymentId = await deploy();
    const thresholds = { ...none, errorRateMax: 0.02 };
    await house.governance.setWatch({ deploymentId, thresholds, stops: true }, operator);
    await look();
    expect(house.serving.isStopped(deploymentId)).toBe(false);

    house.serving.measure(deploymentId, { rowsAnswered: 300, errors: 30 });
    await Promise.all([look(), look()]);
    await look();
    const stops = house.serving.stopsOf(deploymentId);
    expect(stops).toMatchObject([{ stopped_by: 'service:governance' }]);
    expect(stops[0]?.reason).toContain('9.1%');
    const { items } = await warningsOf(deploymentId);
    expect(items).toMatchObject([
      { measure: 'error_rate', threshold: 0.02, stopId: stops[0]?.id, endedAt: null },
    ]);
    const told = house.notices.filter(({ basis }) => basis === items[0]?.warningId);
    expect(told).toMatchObject([{ to: { role: 'operator' }, kind: 'governance.warning_raised' }]);
    const facts = await house.kernel.facts.about(deploymentId, { limit: 50 });
    expect(
      facts.filter(({ kind }) => /warning|stopped/.test(kind)).map((one) => [one.kind, one.actor]),
    ).toEqual([
      ['governance.warning_raised', 'service:governance'],
      ['serving.stopped', 'service:governance'],
    ]);

    // Whoever releases it knows the reading; only a new breach stops again.
    const target = { type: 'serving.deployment' as const, id: deploymentId };
    await db.transaction((tx) =>
      house.serving.stops.release(tx, target, { reason: 'x', by: 'usr_operator' }, operator),
    );
    await look();
    expect(house.serving.stopsOf(deploymentId)).toHaveLength(1);
    house.serving.measure(deploymentId, { errors: 0 });
    await look();
    house.serving.measure(deploymentId, { errors: 30 });
    await look();
    expect(house.serving.stopsOf(deploymentId)).toHaveLength(2);
    const after = await warningsOf(deploymentId);
    expect(after.items.map(({ endedAt }) => endedAt === null)).toEqual([true, false]);
  });

  it('only warns where it was not told to stop, and counts the incidents of the last hour', async () => {
    const deploymentId = await deploy();
    const thresholds = { ...none, incidentsPerHourMax: 2 };
    await house.governance.setWatch({ deploymentId, thresholds, stops: false }, operator);
    const at = house.kernel.clock.now();
    const long = new Date(at.getTime() - 2 * 3_600_000);
    await db.transaction(async (tx) => {
      for (const one of [long, long, at, at]) {
        await house.module.recordSignal(tx, { deploymentId, kind: 'incident', at: one });
      }
    });
    await look();
    expect((await warningsOf(deploymentId)).total).toBe(0);
    await db.transaction((tx) =>
      house.module.recordSignal(tx, { deploymentId, kind: 'incident', at }),
    );
    await look();
    const watch = await house.governance.getWatch({ deploymentId }, vendor);
    expect(watch).toMatchObject({
      ...{ stops: false, readings: { incidentsPerHour: 3 }, actions: [] },
      warnings: [{ measure: 'incidents', value: 3, threshold: 2, stopId: null }],
    });
    expect(house.serving.isStopped(deploymentId)).toBe(false);
  });

  it('ends with its deployment, and so do its warnings', async () => {
    const deploymentId = await deploy();
    const thresholds = { ...none, flaggedShareMin: 0.5 };
    await house.governance.setWatch({ deploymentId, thresholds, stops: false }, operator);
    house.serving.measure(deploymentId, { rowsAnswered: 200, flaggedShare: 0.1 });
    await look();
    expect((await warningsOf(deploymentId)).items).toMatchObject([{ endedAt: null }]);
    house.serving.end(deploymentId);
    await look();
    expect((await warningsOf(deploymentId)).items[0]?.endedAt).not.toBeNull();
  });

  it('is set by operators alone, and seen by who sees the deployment', async () => {
    const deploymentId = await deploy();
    const input = { deploymentId, thresholds: { ...none, errorRateMax: 0 }, stops: false };
    await expect(house.governance.setWatch(input, vendor)).rejects.toThrow();
    await house.governance.setWatch(input, operator);
    await expect(house.governance.getWatch({ deploymentId }, rival)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    house.serving.measure(deploymentId, { rowsAnswered: 200, errors: 1 });
    await look();
    const filter = { deploymentId, ...page };
    expect(await house.governance.listWarnings(filter, vendor)).toMatchObject({ total: 1 });
    expect(await house.governance.listWarnings(filter, rival)).toMatchObject({ total: 0 });
    const flagged = { ...none, flaggedShareMin: 0.5, flaggedShareMax: 0.1 };
    await expect(
      house.governance.setWatch({ ...input, thresholds: flagged }, operator),
    ).rejects.toMatchObject({ code: 'governance.thresholds_invalid' });
  });
});
