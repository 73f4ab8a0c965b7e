import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import { vendor } from '../testing.ts';
import { workerProcesses } from '../trials/testing-processes.ts';
import { openTrialHouse, sumRequest, type TrialHouse } from '../trials/testing-trials.ts';
import { openModels, trafficTo } from './testing-endpoints.ts';

/** Traffic, replicas and kills under load: no accepted call is lost, and each is counted once, for who answered. */

let db: Database;
let house: TrialHouse;
beforeAll(async () => {
  db = openDatabase({ engine: 'pglite', folder: null });
  house = await openTrialHouse(db, {
    serving: {
      ...{ SERVING_TRIAL_CALLS_PER_SECOND: 100_000, SERVING_IDLE_SECONDS: 1 },
      ...{ SERVING_REPLICA_WAIT_MS: 2, SERVING_REPLICA_IDLE_SECONDS: 60 },
    },
  });
});
afterAll(async () => {
  await house?.stop();
  await db.close();
});

const modelProcesses = () => workerProcesses('model-worker.mjs');

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
}

type Answered = { sent: number; by: 'stable' | 'next' };

/** Callers who ask one call after another until told to stop; each answer is checked. */
function load(endpointId: string, callers: number) {
  const answers: Answered[] = [];
  const problems: string[] = [];
  let going = true;
  const caller = async (seed: number) => {
    for (let place = seed; going; place += callers) {
      const sent = performance.now();
      const { body, sums, differences } = sumRequest(place, 3);
      const answer = await house.oip(`/models/${endpointId}/infer`, { body });
      const given = JSON.stringify(answer.body.outputs?.map((one: { data: unknown }) => one.data));
      if (given === JSON.stringify([sums, differences])) answers.push({ sent, by: 'stable' });
      else if (given === JSON.stringify([differences, sums])) answers.push({ sent, by: 'next' });
      else problems.push(`${answer.status} ${JSON.stringify(answer.body)}`);
    }
  };
  const all = Promise.all(Array.from({ length: callers }, (_, seed) => caller(seed)));
  return {
    ...{ answers, problems },
    async more(count: number) {
      const before = answers.length;
      const given = () => answers.length - before;
      await expect.poll(given, { timeout: 120_000, interval: 20 }).toBeGreaterThan(count);
    },
    async stop() {
      going = false;
      await all;
    },
  };
}

it('a name that sleeps, wakes, grows, splits, loses a process and goes back loses no call', async () => {
  const { handlers } = house.serving;
  const { repositoryId, stable, next, copy } = await openModels(house, 1);
  await handlers.scaleTrial({ trialId: stable, replicasMin: 0, replicasMax: 2 }, vendor);
  const { endpointId } = await handlers.createEndpoint(
    { repositoryId, name: 'sums', traffic: trafficTo(stable) },
    vendor,
  );
  await expect.poll(modelProcesses, { timeout: 60_000 }).toEqual([]);
  const asked = load(endpointId, 16);
  onTestFinished(asked.stop);
  const view = () => handlers.getEndpoint({ endpointId }, vendor);
  const primary = async () => (await view()).trials[0]?.live;
  await expect.poll(async () => (await primary())?.replicas.awake, { timeout: 60_000 }).toBe(2);
  const change = (version: number, traffic: ReturnType<typeof trafficTo>) =>
    handlers.setTraffic({ endpointId, version, traffic, reason: 'test' }, vendor);
  await change(1, trafficTo(stable, null, [copy, 100]));
  await asked.more(100);
  const before = new Set(modelProcesses());
  await change(2, trafficTo(stable, [next, 20], [copy, 100]));
  await asked.more(200);
  const fresh = modelProcesses().filter((pid) => !before.has(pid));
  expect(fresh.length).toBeGreaterThan(0);
  kill(fresh);
  await asked.more(200);
  const { counts } = await view();
  const split = counts.canary / (counts.primary + counts.canary);
  expect(split).toBeGreaterThan(0.1);
  expect(split).toBeLessThan(0.32);
  expect(counts.shadowSame).toBeGreaterThan(0);
  expect(counts.shadowDifferent).toBeLessThanOrEqual(counts.canary);
  await handlers.rollBackTraffic({ endpointId, version: 3, reason: 'test' }, vendor);
  const back = performance.now();
  await asked.more(200);
  const live = await primary();
  await asked.stop();
  expect(asked.problems).toEqual([]);
  const { answers } = asked;
  expect(answers.filter(({ sent, by }) => sent > back && by === 'next')).toEqual([]);
  const given = (by: string) => answers.filter((one) => one.by === by).length;
  expect([await house.usage(stable), await house.usage(next), await house.usage(copy)]).toEqual([
    ...[given('stable'), given('next'), 0],
  ]);
  expect(live).toMatchObject({ failures: [], batchMean: 1, replicasMax: 2 });
  expect(live?.callsPerSecond).toBeGreaterThan(1);
  expect(live?.latencyMs?.p99).toBeGreaterThanOrEqual(live?.latencyMs?.p50 ?? Infinity);
  const { body } = await house.kernel.metrics.text();
  expect(body).toMatch(new RegExp(`touyan_serving_endpoint_calls_total.*${endpointId}.*canary`));
  expect(body).toMatch(new RegExp(`touyan_serving_model_replicas.*${stable}`));
  await expect.poll(modelProcesses, { timeout: 60_000 }).toEqual([]);
}, 240_000);

it('a model that is kept ready is so without a call, after a kill, and on a server that starts', async () => {
  const { handlers } = house.serving;
  const { stable, next, copy } = await openModels(house);
  await handlers.scaleTrial({ trialId: stable, replicasMin: 1, replicasMax: 1 }, vendor);
  const states = async () => {
    const shown = [stable, next, copy].map((trialId) => handlers.getTrial({ trialId }, vendor));
    return (await Promise.all(shown)).map((one) => one.process);
  };
  await expect.poll(states, { timeout: 60_000 }).toEqual(['awake', 'asleep', 'asleep']);
  const kept = modelProcesses();
  expect(kept.length).toBeGreaterThan(0);
  kill(kept);
  const fresh = () => modelProcesses().filter((pid) => !kept.includes(pid));
  await expect.poll(fresh, { timeout: 60_000 }).not.toEqual([]);
  const other = await openTrialHouse(db, { folder: house.folder });
  const awake = async () =>
    (await other.serving.handlers.getTrial({ trialId: stable }, vendor)).process;
  await expect.poll(awake, { timeout: 60_000 }).toBe('awake');
  await other.stop();
  const wrong = { trialId: stable, replicasMin: 2, replicasMax: 1 };
  await expect(handlers.scaleTrial(wrong, vendor)).rejects.toThrow(/replicasMin/);
  await handlers.scaleTrial({ trialId: stable, replicasMin: 0, replicasMax: 1 }, vendor);
  await expect.poll(modelProcesses, { timeout: 60_000 }).toEqual([]);
}, 240_000);
