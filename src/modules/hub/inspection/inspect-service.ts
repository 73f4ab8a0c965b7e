import * as z from 'zod';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import type { Kernel } from '#kernel/module.ts';
import { createBell, type Service } from '#kernel/service.ts';
import type { HubOptions } from '../config.ts';
import * as store from './findings-store.ts';
import { stateOf } from './findings-words.ts';
import type { Found, InspectLimits } from './inspect-limits.ts';
import { type InspectEnd, type InspectThread, openInspectThread } from './inspect-thread.ts';

/** Raised where an inspection would find something else: every file is then inspected again. */
const INSPECTOR = 1;

const POLL_MS = 5_000;
const SUM_EVERY_MS = 1_000;
const SUMMED_AT_ONCE = 20;
const ATTEMPTS_MAX = 3;
const GIB = 1024 ** 3;

const announced = z.object({ repositoryId: z.string(), revisionDigest: z.string() });

/**
 * Inspects every file that is published, once for each content and kind of name, in a thread of its own. What waits
 * stands in the database: a killed server inspects on, and of several servers each takes other files.
 */
export function createInspections(options: HubOptions, kernel: Kernel) {
  const { db, clock } = kernel;
  const bell = createBell();
  const subscription: Subscription = {
    name: 'hub.inspectFiles',
    kinds: ['hub.revision_published'],
    async handle(fact, tx) {
      const asked = { inspector: INSPECTOR, at: clock.now() };
      await store.askForInspections(tx, announced.parse(fact.body), asked);
      db.afterCommit(tx, bell.ring);
    },
  };
  let draining = false;
  const service: Service = {
    name: 'hub.inspectFiles',
    async drain() {
      draining = true;
    },
    async run(signal) {
      const thread = openInspectThread({
        secondsMax: options.HUB_INSPECT_SECONDS_MAX,
        memoryMib: options.HUB_INSPECT_MEMORY_MIB,
      });
      const stop = () => void thread.stop();
      signal.addEventListener('abort', stop);
      const state: State = { options, kernel, thread, signal, summedAt: 0 };
      await db.transaction(async (tx) => {
        // PGlite has one process: whatever held a file before is gone.
        if (db.engine === 'pglite') await store.releaseAll(tx);
        await store.askAgain(tx, INSPECTOR, clock.now());
      });
      while (!signal.aborted) {
        const busy = !draining && (await inspectNext(state));
        const summed = await sumUp(state, busy);
        if (busy || summed) continue;
        await thread.rest();
        await bell.sleep(POLL_MS, signal);
      }
      signal.removeEventListener('abort', stop);
      await thread.stop();
    },
  };
  return { subscription, service };
}

type State = {
  options: HubOptions;
  kernel: Kernel;
  thread: InspectThread;
  signal: AbortSignal;
  summedAt: number;
};

/** Resolves to whether there was a file to inspect. */
async function inspectNext(state: State): Promise<boolean> {
  const { options, kernel, signal } = state;
  const { db, clock, log } = kernel;
  const now = clock.now();
  // An inspection may be tried twice; then the lease ends, and another server tries.
  const until = new Date(now.getTime() + (2 * options.HUB_INSPECT_SECONDS_MAX + 30) * 1_000);
  const file = await db.transaction((tx) => store.claimFile(tx, { now, until }));
  if (file === null) return false;
  try {
    const found = await inspect(state, file);
    if (signal.aborted) await db.transaction((tx) => store.releaseFile(tx, file));
    else await keep(state, file, found);
  } catch (error) {
    // Its bytes could not be read: it is tried again when the lease ends.
    log.warn({ error, digest: file.digest }, 'a file could not be inspected');
  }
  return true;
}

async function inspect(state: State, file: store.ClaimedFile): Promise<Found | InspectEnd> {
  const { kernel, options, thread } = state;
  const { digest, sizeBytes, extension } = file;
  // It has ended whole servers, or could never be read.
  if (file.attempts > ATTEMPTS_MAX) return 'inspection_ended';
  const path = await kernel.blobs.path(digest);
  return thread.inspect({ path, sizeBytes, extension, limits: limitsOf(options) });
}

function limitsOf(options: HubOptions): InspectLimits {
  return {
    archiveEntriesMax: options.HUB_ARCHIVE_ENTRIES_MAX,
    archiveUnpackedBytesMax: options.HUB_ARCHIVE_UNPACKED_BYTES_MAX,
    archiveRatioMax: options.HUB_ARCHIVE_RATIO_MAX,
    archiveCountedBytesMax: GIB,
  };
}

async function keep(
  { kernel }: State,
  { digest, extension }: store.ClaimedFile,
  found: Found | InspectEnd,
): Promise<void> {
  const { format, findings, description } =
    typeof found === 'string'
      ? { format: null, findings: [{ code: found, details: [] }], description: null }
      : found;
  const row = { digest, extension, format, findings, description };
  const state = stateOf(findings, format);
  await kernel.db.transaction((tx) =>
    store.keepInspection(tx, { ...row, state, inspected_at: kernel.clock.now() }),
  );
}

/** Sums up revisions, now and then while there is more to inspect. Resolves to whether there were any. */
async function sumUp(state: State, busy: boolean): Promise<boolean> {
  const { db, live, clock } = state.kernel;
  const now = clock.now().getTime();
  if (busy && now - state.summedAt < SUM_EVERY_MS) return false;
  state.summedAt = now;
  const summed = await db.transaction((tx) => store.sumRevisions(tx, SUMMED_AT_ONCE));
  for (const repositoryId of summed) live.publish(`hub.repository/${repositoryId}`);
  return summed.length > 0;
}
