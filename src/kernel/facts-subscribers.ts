import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import type { Database, Executor } from './db.ts';
import type { Fact } from './facts.ts';
import { moveCursor, openCursor, readCursor, readCursors, recordError } from './facts-cursors.ts';
import { factsOfKinds, kindsAt } from './facts-store.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type Bell, createBell, type Service } from './service.ts';

/**
 * Somebody who acts on facts, in the order of the ledger. `handle` runs in one transaction with the
 * cursor: what it writes through `tx` happens exactly once. It may see a fact again after a replay,
 * so it is idempotent by the fact's id. Erased facts are passed over.
 */
export type Subscription = {
  /** Of the cursor: `<module>.<what it does>`. Never renamed, or everything is read again. */
  name: string;
  kinds: readonly string[];
  handle(fact: Fact, tx: Executor): Promise<void>;
};

/** How far a subscriber has come. */
type SubscriberState = {
  name: string;
  /** Place in the ledger of the next fact that it will look at. */
  position: number;
  /** Facts of the ledger that it has not looked at. */
  lag: number;
  /** Why it stands still, with the number of attempts so far; null while it goes on. */
  error: string | null;
  attempts: number;
};

export type Subscribers = {
  /** The state of each, as stored: the same from every server. */
  states(): Promise<SubscriberState[]>;
  /** Reads the ledger again from a place on, for one subscriber. */
  replay(name: string, from: number): Promise<void>;
  /**
   * Resolves when every subscriber has handled all that is integrated, or rejects with the signal.
   */
  settle(signal: AbortSignal): Promise<void>;
  service: Service;
};

export type SubscribersOptions = {
  /** Facts handled in one transaction. */
  batchMax: number;
  /** How often the ledger is looked at for what other servers integrated. */
  pollMs: number;
  /** First and longest wait after an error; it doubles in between. */
  retryMsMin: number;
  retryMsMax: number;
};

export const subscribersDefaults: SubscribersOptions = {
  batchMax: 20,
  pollMs: 2000,
  retryMsMin: 1000,
  retryMsMax: 60_000,
};

// Places looked at in one step.
const windowMax = 5000;
// A cursor that only passed over facts of other kinds is written when it has moved so far.
const unwrittenMax = 1000;

const lockOf = (name: string) => `touyan.subscriber.${name}`;

type Uses = {
  db: Database;
  clock: Clock;
  ledger: Pick<Ledger, 'size' | 'onIntegrated'>;
  log: Log;
  metrics: Metrics;
};

type Runner = {
  subscription: Subscription;
  bell: Bell;
  /** The cursor as last read, and how far facts were looked at beyond it without finding any. */
  seen: { cursor: number; scanned: number };
  failures: number;
  /** Facts to handle one at a time, so that those before the one that fails are done with. */
  singly: number;
};

export function createSubscribers(
  options: SubscribersOptions,
  subscriptions: readonly Subscription[],
  uses: Uses,
): Subscribers {
  const { db, ledger } = uses;
  const names = subscriptions.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, 'two subscribers have one name');
  const runners = subscriptions.map(
    (subscription): Runner => ({
      subscription,
      bell: createBell(),
      seen: { cursor: 0, scanned: 0 },
      failures: 0,
      singly: 0,
    }),
  );
  const states = async () => {
    const [size, cursors] = [await ledger.size(), await readCursors(db.read)];
    return runners.map(({ subscription: { name }, seen }): SubscriberState => {
      const cursor = cursors.get(name);
      const stored = cursor?.position ?? 0;
      const position = stored === seen.cursor ? Math.max(stored, seen.scanned) : stored;
      const { error = null, attempts = 0 } = cursor ?? {};
      return { name, position, lag: Math.max(0, size - position), error, attempts };
    });
  };
  return {
    states,
    async replay(name, from) {
      const runner = runners.find(({ subscription }) => subscription.name === name);
      assert(runner, `there is no subscriber ${name}`);
      // Under the runner's own lock: a batch in flight would put the cursor back where it was.
      while (!(await rewind(db, name, from))) await setTimeout(20);
      runner.seen = { cursor: from, scanned: from };
      runner.failures = 0;
      runner.bell.ring();
    },
    async settle(signal) {
      const bell = createBell();
      for (;;) {
        signal.throwIfAborted();
        if ((await states()).every(({ lag }) => lag === 0)) return;
        for (const runner of runners) runner.bell.ring();
        await bell.sleep(20, signal);
      }
    },
    service: {
      name: 'facts-subscribers',
      async run(signal) {
        const start = await ledger.size();
        const loops = runners.map((runner) => runLoop(runner, options, uses, signal));
        await Promise.all([...loops, dispatchLoop(runners, { ...options, start }, uses, signal)]);
      },
    },
  };
}

// Wakes only those whose kinds have come, so that a busy ledger costs one query and not one for
// each.
async function dispatchLoop(
  runners: readonly Runner[],
  options: SubscribersOptions & { start: number },
  { db, ledger, log, metrics }: Uses,
  signal: AbortSignal,
): Promise<void> {
  const lag = metrics.gauge({
    module: 'facts',
    name: 'subscriber_lag',
    help: 'Facts of the ledger that a subscriber has not looked at yet.',
    labels: ['subscriber'],
  });
  const bell = createBell();
  const stop = ledger.onIntegrated(bell.ring);
  let { start } = options;
  while (!signal.aborted) {
    try {
      const end = await ledger.size();
      if (end > start) {
        const kinds = await kindsAt(db.read, { start, end });
        for (const runner of runners) {
          if (runner.subscription.kinds.some((kind) => kinds.has(kind))) runner.bell.ring();
          else if (runner.seen.scanned === start) runner.seen.scanned = end;
        }
        start = end;
      }
      for (const { subscription, seen } of runners) {
        lag.set({ subscriber: subscription.name }, Math.max(0, end - seen.scanned));
      }
    } catch (error) {
      if (!signal.aborted) log.error({ error }, 'new facts could not be looked at');
    }
    await bell.sleep(options.pollMs, signal);
  }
  stop();
}

async function runLoop(
  runner: Runner,
  options: SubscribersOptions,
  uses: Uses,
  signal: AbortSignal,
): Promise<void> {
  const { bell } = runner;
  while (!signal.aborted) {
    try {
      const more = await step(runner, options, uses);
      runner.failures = 0;
      runner.singly = Math.max(0, runner.singly - 1);
      // Asleep for a while at most: the server that held the lock may have gone.
      if (!more) await bell.sleep(options.pollMs * 5, signal);
    } catch (error) {
      if (signal.aborted) return;
      runner.failures += 1;
      runner.singly = options.batchMax;
      await report(runner, error, uses);
      const wait = options.retryMsMin * 2 ** (runner.failures - 1);
      await createBell().sleep(Math.min(options.retryMsMax, wait), signal);
    }
  }
}

/** Handles one batch; resolves to whether there is more. */
async function step(runner: Runner, options: SubscribersOptions, uses: Uses): Promise<boolean> {
  const { db, ledger } = uses;
  const { name, kinds, handle } = runner.subscription;
  const size = await ledger.size();
  if (runner.seen.scanned >= size && runner.failures === 0) return false;
  const limit = runner.singly > 0 ? 1 : options.batchMax;
  return db.transaction(async (tx) => {
    if (!(await db.tryLock(tx, lockOf(name)))) return false;
    const cursor = await readCursor(tx, name);
    const start = cursor === runner.seen.cursor ? Math.max(cursor, runner.seen.scanned) : cursor;
    const end = Math.min(size, start + windowMax);
    const facts = await factsOfKinds(tx, kinds, { start, end, limit });
    for (const { fact } of facts) if (fact !== null) await handle(fact, tx);
    const last = facts.at(-1)?.position;
    const full = facts.length === limit && last !== undefined && last !== null;
    const next = full ? last + 1 : end;
    const write = facts.length > 0 || next - cursor > unwrittenMax || runner.failures > 0;
    if (write) {
      await openCursor(tx, name);
      await moveCursor(tx, name, next);
    }
    db.afterCommit(tx, () => {
      runner.seen = { cursor: write ? next : cursor, scanned: next };
    });
    return next < size;
  });
}

async function rewind(db: Database, name: string, from: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await db.tryLock(tx, lockOf(name)))) return false;
    await openCursor(tx, name);
    await moveCursor(tx, name, from);
    return true;
  });
}

async function report({ subscription, failures }: Runner, error: unknown, uses: Uses) {
  const { db, clock, log } = uses;
  const { name } = subscription;
  if (failures === 1) log.error({ subscriber: name, error }, 'a subscriber stands still');
  const text = (error instanceof Error ? error.message : String(error)).slice(0, 1000);
  try {
    await db.transaction(async (tx) => {
      await openCursor(tx, name);
      await recordError(tx, { name, error: text, attempts: failures, now: clock.now() });
    });
  } catch (cause) {
    log.error({ subscriber: name, error: cause }, 'the error of a subscriber could not be kept');
  }
}
