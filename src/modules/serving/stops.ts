import { setTimeout } from 'node:timers/promises';
import type { ResourceRef } from '#kernel/access.ts';
import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import * as store from './store.ts';

/** How long a no may be relied on. Whoever asks often is told from one at most 200 ms old. */
const LEASE_MS = 500;
const ASK_AGAIN_MS = 200;
/** How long an asker waits for the database before the answer is that it is stopped. */
const WAIT_MS = 2_000;
const ASK_FAILED_MS = 100;
/** How long a stop waits for answers that are being journalled. */
const LOCK_WAIT_MS = 250;

export type Stops = {
  /** Stops a target, if the transaction commits; the id of the stop that then holds. */
  set(
    tx: Executor,
    target: ResourceRef,
    terms: { reason: string; by: string },
    call: Call,
  ): Promise<string>;
  /** Ends the stop of a target, if the transaction commits; false where none held. */
  release(
    tx: Executor,
    target: ResourceRef,
    terms: { reason: string; by: string },
    call: Call,
  ): Promise<boolean>;
  /**
   * Whether a target is stopped: an answer at most 500 ms old, and true while the database cannot be
   * asked. Outside of transactions; inside, pass the `tx` and get what holds there.
   */
  isStopped(target: ResourceRef, tx?: Executor): Promise<boolean>;
  /** Stops that hold or held, the latest first. */
  list(
    filter: { holding?: boolean | undefined; target?: ResourceRef | undefined },
    page: { before: string | null; limit: number },
  ): Promise<{ rows: store.StopRow[]; total: number }>;
  /** Calls back when this server itself has set or released a stop. Returns how to end that. */
  onChange(listener: (target: ResourceRef) => void): () => void;
};

const DEPLOYMENT = 'serving.deployment';

/**
 * Emergency stops of deployments and of what later rooms name. Every server asks the database itself, so a
 * stop takes effect everywhere within the lease, with or without a channel between servers.
 */
export function createStops(kernel: Kernel): Stops & {
  /** Whether this server knows of a stop: for work that the database itself refuses in the end. */
  isKnownStopped(target: ResourceRef): Promise<boolean>;
} {
  const { db, ids, clock, facts, live } = kernel;
  const listeners = new Set<(target: ResourceRef) => void>();
  const lease = createLease(() => store.stoppedTargets(db.read));
  const announce = (tx: Executor, target: ResourceRef) =>
    db.afterCommit(tx, () => {
      lease.clear();
      for (const listener of listeners) listener(target);
      live.publish(`${target.type}/${target.id}`);
      live.publish(target.type);
    });
  // Answers are then durable before the stop, or not at all. A server that hangs while it journals must not hold up
  // a stop: what it held becomes durable behind the stop, but is not given (infer.ts).
  const lock = async (tx: Executor, { type, id }: ResourceRef) => {
    if (type !== DEPLOYMENT) return;
    if (!(await store.isDeployment(tx, id))) throw kernelErrors.make.missing({ id });
    await store.lockDeployment(tx, id, LOCK_WAIT_MS);
  };
  return {
    async set(tx, target, { reason, by }) {
      await lock(tx, target);
      const holding = await store.holdingStop(tx, target);
      if (holding) return holding.id;
      const stopId = ids('stop');
      const inserted = await store.insertStop(tx, {
        ...{ id: stopId, target_type: target.type, target_id: target.id },
        ...{ reason, stopped_by: by, stopped_at: clock.now() },
      });
      if (!inserted) return (await store.holdingStop(tx, target))?.id ?? stopId;
      const reasonDigest = await textDigest(reason);
      await facts.append(tx, {
        ...{ kind: 'serving.stopped', subject: target.id, actor: by },
        body: { stopId, target: { type: target.type, id: target.id }, by, reasonDigest },
      });
      announce(tx, target);
      return stopId;
    },
    async release(tx, target, { reason, by }) {
      await lock(tx, target);
      const stopId = await store.endStop(tx, target, { by, reason, at: clock.now() });
      if (stopId === null) return false;
      const reasonDigest = await textDigest(reason);
      await facts.append(tx, {
        ...{ kind: 'serving.released', subject: target.id, actor: by },
        body: { stopId, target: { type: target.type, id: target.id }, by, reasonDigest },
      });
      announce(tx, target);
      return true;
    },
    isStopped: async (target, tx) =>
      tx ? (await store.holdingStop(tx, target)) !== null : ((await lease.ask(target)) ?? true),
    isKnownStopped: async (target) => (await lease.ask(target)) ?? false,
    list: (filter, page) => store.listStops(db.read, filter, page),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What is stopped, as the database said at most 500 ms ago. */
function createLease(ask: () => Promise<readonly ResourceRef[]>) {
  const keyOf = ({ type, id }: ResourceRef) => `${type} ${id}`;
  let known: { askedAt: number; targets: ReadonlySet<string> } | null = null;
  let asking: Promise<void> | null = null;
  let round = 0;
  const askNow = () => {
    const askedAt = performance.now();
    const own = round;
    if (asking) return asking;
    const answer = ask()
      .then(
        (targets) => {
          // What was asked for before a change of our own is no answer any more.
          if (own !== round || (known && known.askedAt > askedAt)) return;
          known = { askedAt, targets: new Set(targets.map(keyOf)) };
        },
        () => {},
      )
      .finally(() => {
        if (asking === answer) asking = null;
      });
    asking = answer;
    return answer;
  };
  const fresh = (ms: number) => (known && performance.now() - known.askedAt < ms ? known : null);
  return {
    clear() {
      known = null;
      round += 1;
    },
    /** Null where the database has not answered in time. */
    async ask(target: ResourceRef): Promise<boolean | null> {
      if (!fresh(ASK_AGAIN_MS)) {
        const answer = askNow();
        const deadline = performance.now() + WAIT_MS;
        if (!fresh(LEASE_MS)) await within(answer, WAIT_MS);
        // An answer may have been overtaken by a change, or have come late.
        while (!fresh(LEASE_MS) && performance.now() < deadline) {
          await within(askNow(), deadline - performance.now());
          if (!fresh(LEASE_MS)) await setTimeout(ASK_FAILED_MS);
        }
        // A connection that never answers must not hold up those who ask later.
        if (!fresh(LEASE_MS)) asking = null;
      }
      return fresh(LEASE_MS)?.targets.has(keyOf(target)) ?? null;
    },
  };
}

async function within(work: Promise<void>, milliseconds: number): Promise<void> {
  const late = new AbortController();
  const { signal } = late;
  await Promise.race([work, setTimeout(Math.max(0, milliseconds), null, { signal })]);
  late.abort();
}
