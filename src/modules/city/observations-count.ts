import { sql } from 'kysely';
import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import { createBell, pause, type Service } from '#kernel/service.ts';
import type { Ingest } from './ingest.ts';
import { toObservationId } from './observations-id.ts';

const EVERY_MILLISECONDS = 5_000;

/**
 * Announces how many observations have been stored since it did so last: one fact `city.observations_counted` for
 * thousands, since one for each would cost more than storing it. Each observation is counted in exactly one.
 */
export function createObservationCount(uses: { kernel: Kernel; ingest: Ingest }): Service {
  const { kernel, ingest } = uses;
  const bell = createBell();
  ingest.onStored(() => bell.ring());
  return {
    name: 'city-observation-count',
    async run(signal) {
      while (!signal.aborted) {
        await kernel.db.transaction((tx) => countObservations(tx, kernel));
        await pause(EVERY_MILLISECONDS, signal);
        await bell.sleep(60_000, signal);
      }
    },
  };
}

/** Counts what was stored since the last count, if anything was. */
export async function countObservations(tx: Executor, { facts }: Kernel): Promise<void> {
  const { rows } = await sql<{ counted: number }>`
    select counted from city_observation_counting for update`.execute(tx);
  const after = rows[0]?.counted ?? 0;
  const since = await sql<{ last: number | null; count: number; replayed: number }>`
    select max(o.id) as last, count(*) as count,
      count(*) filter (where t.replayed) as replayed
    from city_observations o join city_datastreams d on d.number = o.datastream
      join city_things t on t.id = d.thing_id
    where o.id > ${after}`.execute(tx);
  const { last = null, count = 0, replayed = 0 } = since.rows[0] ?? {};
  if (last === null) return;
  await sql`update city_observation_counting set counted = ${last}`.execute(tx);
  const lastId = toObservationId(last);
  const afterId = after === 0 ? null : toObservationId(after);
  const body = { afterId, lastId, count, replayed };
  await facts.append(tx, {
    ...{ kind: 'city.observations_counted', subject: 'city', actor: 'service:city' },
    body,
  });
}
