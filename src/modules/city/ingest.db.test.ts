import { expect, it } from 'vitest';
import { createMetrics } from '#kernel/metrics.ts';
import { pause } from '#kernel/service.ts';
import { testDatabases } from '#kernel/testing.ts';
import { createDatastreamLookup } from './datastreams-lookup.ts';
import { createIngest } from './ingest.ts';
import { countObservations } from './observations-count.ts';
import { openHouse, testOptions } from './testing-things.ts';

/**
 * Two servers store at once, and a reader follows with a cursor meanwhile: it sees each observation once, in order,
 * and leaves none out. The facts count each once too.
 */
it.each(testDatabases())('two servers store for one reader ($engine)', async ({ open }) => {
  const house = await openHouse(await open());
  const { kernel, things } = house;
  const thing = await house.thing('harbour', 'of two servers');
  const lookup = createDatastreamLookup(kernel);
  const options = testOptions({ CITY_INGEST_BATCH_MAX: 20 });
  const servers = [1, 2].map(() => {
    const metrics = createMetrics({ processMetrics: false });
    return createIngest(options, { kernel: { ...kernel, metrics }, lookup });
  });
  const sender = {
    ...({ kind: 'thing', thingId: thing.thingId, ownerId: 'harbour', keyVersion: 1 } as const),
  };
  const base = Date.now() - 3_600_000;
  const each = servers.flatMap((server, place) =>
    Array.from({ length: 300 }, async (_, n) => {
      await pause(n / 2, new AbortController().signal);
      const result = place * 1_000 + n;
      const draft = {
        ...{ phenomenonTime: base + result, resultTime: null, result, parameters: null },
        datastreamId: null,
      };
      const from = { sender, topic: '', sizeBytes: 1, receivedAt: Date.now() };
      return server.store({ ...from, datastreamId: thing.datastreamId, draft });
    }),
  );
  let over = false;
  const read: string[] = [];
  const follow = async () => {
    for (;;) {
      const wasOver = over;
      const batch = await things.seam.readStored(read.at(-1) ?? null, 50);
      read.push(...batch.map(({ id }) => id));
      await kernel.db.transaction((tx) => countObservations(tx, kernel));
      if (wasOver && batch.length === 0) return;
      await pause(20, new AbortController().signal);
    }
  };
  const following = follow();
  const outcomes = await Promise.all(each);
  over = true;
  await following;
  const ids = outcomes.map((outcome) => (outcome.kind === 'stored' ? outcome.id : null));
  expect(read).toEqual([...ids].sort());
  expect(read).toHaveLength(600);
  const facts = await kernel.facts.about('city', { limit: 1_000 });
  const counts = facts.map(({ body }) => Number(Object(body).count));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(600);
  await house.close();
});
