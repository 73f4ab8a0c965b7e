import { type Executor, sqlState } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import type { ThingsOptions } from './config.ts';
import type { DatastreamLookup } from './datastreams-lookup.ts';
import { type Incoming, type Judgement, judge, refusalOf } from './ingest-judge.ts';
import { insertRefusals, type RefusalDraft } from './ingest-refusals.ts';
import { toObservationId } from './observations-id.ts';
import type { Refused } from './observations-input.ts';
import { findPlace, insertObservations, type ObservationDraftRow } from './observations-store.ts';
import type { StoredObservation } from './things-seam.ts';

export type Outcome =
  /** Durable. The id is null for one that was stored before, unless it was asked for. */
  | { kind: 'stored'; id: string | null; again: boolean }
  /** Not stored, and the owner will see why: that is durable too. */
  | ({ kind: 'refused' } & Refused)
  | { kind: 'stale' };

type Waiting = {
  work: { incoming: Incoming; wantsId: boolean } | { refusal: RefusalDraft; refused: Refused };
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
};

type Entry = Waiting & { outcome: Outcome; row: ObservationDraftRow | null };

/**
 * Stores observations in groups: while one transaction commits, the next group gathers. Nobody is told before the
 * commit. A promise rejects where the database failed; the sender then keeps what it has.
 */
export function createIngest(
  options: ThingsOptions,
  uses: { kernel: Kernel; lookup: DatastreamLookup },
) {
  const { kernel, lookup } = uses;
  const window = {
    lateDaysMax: options.CITY_LATE_DAYS_MAX,
    futureSecondsMax: options.CITY_FUTURE_SECONDS_MAX,
  };
  const keptMax = options.CITY_REFUSALS_KEPT_MAX;
  const listeners = new Set<(batch: readonly StoredObservation[]) => void>();
  const counted = kernel.metrics.counter({
    module: 'city',
    name: 'observations_received_total',
    help: 'Observations received, by what became of them',
    labels: ['outcome'],
  });
  let queue: Waiting[] = [];
  let flushing: Promise<void> | null = null;

  const prepare = async (batch: readonly Waiting[]): Promise<Entry[]> => {
    const ids = batch.flatMap(({ work }) =>
      'incoming' in work ? [work.incoming.datastreamId] : [],
    );
    const datastreams = await lookup.find(new Set(ids));
    const entries: Entry[] = [];
    for (const waiting of batch) {
      const { work } = waiting;
      if ('refusal' in work) {
        entries.push({ ...waiting, row: null, outcome: { kind: 'refused', ...work.refused } });
        continue;
      }
      const datastream = datastreams.get(work.incoming.datastreamId);
      entries.push(
        entryOf(waiting, work.incoming, await judge(work.incoming, datastream, window, kernel)),
      );
    }
    return entries;
  };

  const write = async (tx: Executor, entries: readonly Entry[]): Promise<void> => {
    const fit = entries.filter(({ row }) => row !== null);
    const rows = fit.flatMap(({ row }) => (row ? [row] : []));
    const places = await insertObservations(tx, rows);
    for (const [index, entry] of fit.entries()) {
      const again = (places[index] ?? null) === null;
      const wanted = again && 'incoming' in entry.work && entry.work.wantsId;
      const place = wanted && entry.row ? await findPlace(tx, entry.row) : (places[index] ?? null);
      const id = place === null ? null : toObservationId(place);
      entry.outcome = { kind: 'stored', id, again };
    }
    await insertRefusals(tx, entries.flatMap(refusalsOf), { keptMax });
  };

  /** A group that the database calls unfit is halved until the unfit one stands alone, and is refused. */
  const store = async (entries: readonly Entry[]): Promise<void> => {
    try {
      await kernel.db.transaction((tx) => write(tx, entries));
    } catch (error) {
      if (!sqlState(error).startsWith('22')) throw error;
      const [only] = entries;
      if (only && entries.length === 1) {
        const refused: Refused = { refused: 'malformed', detail: 'the database does not take it' };
        only.outcome = { kind: 'refused', ...refused };
        only.row = null;
        await kernel.db.transaction((tx) => insertRefusals(tx, refusalsOf(only), { keptMax }));
        return;
      }
      const middle = Math.ceil(entries.length / 2);
      await store(entries.slice(0, middle));
      await store(entries.slice(middle));
    }
  };

  const flush = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const entries = await prepare(batch);
      await store(entries);
      announce(entries);
      for (const { resolve, outcome } of entries) resolve(outcome);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const announce = (entries: readonly Entry[]): void => {
    for (const { outcome } of entries) {
      const again = outcome.kind === 'stored' && outcome.again;
      counted.add({ outcome: again ? 'repeated' : outcome.kind });
    }
    const stored = entries.flatMap(storedOf);
    if (stored.length === 0) return;
    for (const listener of listeners) {
      try {
        listener(stored);
      } catch (error) {
        kernel.log.error({ error }, 'a listener of stored observations failed');
      }
    }
  };

  const begin = (): void => {
    flushing ??= (async () => {
      // Whatever arrives in this turn of the event loop joins the first group.
      await new Promise((resolve) => setImmediate(resolve));
      while (queue.length > 0) {
        const batch = queue.slice(0, options.CITY_INGEST_BATCH_MAX);
        queue = queue.slice(batch.length);
        await flush(batch);
      }
      flushing = null;
    })();
  };

  const put = (work: Waiting['work']): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      queue.push({ work, resolve, reject });
      begin();
    });

  return {
    /** Resolves once the observation is durable or its refusal is. */
    store: (incoming: Incoming, wantsId = false) => put({ incoming, wantsId }),
    /** Records that a message was refused before anything could be made of it. */
    refuse: (from: Parameters<typeof refusalOf>[0], refused: Refused) =>
      put({ refusal: refusalOf(from, refused), refused }),
    waiting: () => queue.length,
    onStored(listener: (batch: readonly StoredObservation[]) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Resolves once nothing waits. */
    settled: async (): Promise<void> => {
      while (flushing) await flushing;
    },
  };
}

export type Ingest = ReturnType<typeof createIngest>;

function entryOf(waiting: Waiting, incoming: Incoming, judgement: Judgement): Entry {
  if (judgement.kind === 'stale') return { ...waiting, row: null, outcome: { kind: 'stale' } };
  if (judgement.kind === 'refused') {
    return { ...waiting, row: null, outcome: { kind: 'refused', ...judgement.refused } };
  }
  const { draft, receivedAt } = incoming;
  const row: ObservationDraftRow = {
    datastream: judgement.datastream.number,
    phenomenonTime: new Date(draft.phenomenonTime),
    resultTime: draft.resultTime === null ? null : new Date(draft.resultTime),
    receivedAt: new Date(receivedAt),
    result: draft.result,
    parameters: draft.parameters,
    thingId: judgement.datastream.thingId,
    datastreamId: judgement.datastream.id,
    replayed: judgement.datastream.replayed,
  };
  return { ...waiting, row, outcome: { kind: 'stored', id: null, again: false } };
}

function refusalsOf({ work, outcome }: Entry): RefusalDraft[] {
  if ('refusal' in work) return [work.refusal];
  return outcome.kind === 'refused' ? [refusalOf(work.incoming, outcome)] : [];
}

function storedOf({ row, outcome }: Entry): StoredObservation[] {
  if (!row || outcome.kind !== 'stored' || outcome.again || outcome.id === null) return [];
  return [
    {
      id: outcome.id,
      datastreamId: row.datastreamId,
      thingId: row.thingId,
      phenomenonTime: row.phenomenonTime.toISOString(),
      receivedAt: row.receivedAt.toISOString(),
      result: row.result,
      parameters: row.parameters,
      replayed: row.replayed,
    },
  ];
}
