import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AccessEngine, createAccess } from './access-engine.ts';
import { openFolderBlobs } from './blobs-folder.ts';
import { type Clock, systemClock } from './clock.ts';
import type { ModuleContract } from './contract.ts';
import type { Database } from './db.ts';
import { createFacts } from './facts.ts';
import { createSubscribers, type Subscription, subscribersDefaults } from './facts-subscribers.ts';
import { createIds, systemRandom } from './ids.ts';
import { kernelContract } from './kernel-contract.ts';
import { ledgerDefaults, openLedger } from './ledger.ts';
import { createLive } from './live.ts';
import { silentLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { migrate } from './migrate.ts';
import type { Kernel, ModuleSource } from './module.ts';
import type { Service } from './service.ts';
import { openFileSigner } from './signer.ts';

type TestKernelOptions = {
  /** The rooms on it: their tables, facts, permissions and policies. */
  sources: readonly ModuleSource[];
  /** Facts and permissions beside theirs: of rooms that the test stands in for, or its own. */
  declared?: readonly Partial<Pick<ModuleContract, 'facts' | 'permissions'>>[];
  clock?: Clock;
  ledger?: boolean;
  blobs?: boolean;
  /** Where the ledger's key and the blobs stand; without it, in a new folder that `close` removes. */
  folder?: string;
};

/**
 * A real kernel on a database that it migrates, with a silent log. It has no tasks, and ledger and blobs only where
 * asked for: touching a part that it lacks throws.
 */
export async function openTestKernel(db: Database, options: TestKernelOptions) {
  const { sources, declared = [], clock = systemClock } = options;
  const migrations = fileURLToPath(new URL('./migrations', import.meta.url));
  const folders = [{ module: 'kernel', folder: migrations }];
  await migrate(db, [...folders, ...sources.map((source) => source.migrations)]);
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const contracts = [kernelContract, ...sources.map(({ contract }) => contract), ...declared];
  const schemas = Object.assign({}, ...contracts.map(({ facts }) => facts));
  const facts = createFacts({ schemas }, { db, clock, ids, random });
  const declarations = Object.assign({}, ...contracts.map(({ permissions }) => permissions));
  const cedarTexts = sources.flatMap(({ cedar }) => (cedar ? [readFileSync(cedar, 'utf8')] : []));
  const access = createAccess({ declarations, cedarTexts }, { db, clock, ids, facts });
  const log = silentLog();
  const metrics = createMetrics({ processMetrics: false });
  let ownFolder: string | null = null;
  const folder = async () => {
    if (options.folder) return options.folder;
    ownFolder ??= await mkdtemp(join(tmpdir(), 'touyan-kernel-'));
    return ownFolder;
  };
  const openTestLedger = async () =>
    openLedger(
      { ...ledgerDefaults, intervalMs: 5, pollMs: 50 },
      {
        ...{ db, clock, facts, log, metrics, witnesses: [] },
        signer: await openFileSigner({
          file: join(await folder(), 'log'),
          name: 'test.example/log',
        }),
      },
    );
  const openTestBlobs = async () =>
    openFolderBlobs({ folder: join(await folder(), 'blobs') }, { clock, random });
  const parts = {
    ...{ clock, random, ids, db, facts, access, live: createLive(), log, metrics },
    ...(options.ledger && { ledger: await openTestLedger() }),
    ...(options.blobs && { blobs: await openTestBlobs() }),
  };
  const kernel: Kernel & { access: AccessEngine } = Object.create(
    lacking,
    Object.getOwnPropertyDescriptors(parts),
  );
  const close = async () => {
    if (ownFolder) await rm(ownFolder, { recursive: true });
  };
  return { kernel, close };
}

const lacking = {
  get ledger(): never {
    throw new Error('this kernel has no ledger');
  },
  get blobs(): never {
    throw new Error('this kernel has no blobs');
  },
  get tasks(): never {
    throw new Error('this kernel has no tasks');
  },
};

/** The system's clock, or one that stands at an instant, until it is moved. */
export function movableClock(standsAt?: string) {
  const base = () => (standsAt === undefined ? Date.now() : Date.parse(standsAt));
  let offset = 0;
  return {
    now: () => new Date(base() + offset),
    /** Moves it on by seconds. */
    move(seconds: number) {
      offset += seconds * 1_000;
    },
    moveTo(time: string) {
      offset = Date.parse(time) - base();
    },
  };
}

/** Subscribers on the kernel's ledger, and other services beside them, until `stop`. */
export function runSubscribers(
  kernel: Kernel,
  subscriptions: readonly Subscription[],
  services: readonly Service[] = [],
) {
  const { ledger } = kernel;
  const subscribers = createSubscribers(
    { ...subscribersDefaults, pollMs: 20, retryMsMin: 20 },
    subscriptions,
    kernel,
  );
  const controller = new AbortController();
  const running = [subscribers.service, ...services].map((one) => one.run(controller.signal));
  const settleOnce = async () => {
    await ledger.integrate();
    await subscribers.settle(AbortSignal.timeout(10_000)).catch(async (cause: unknown) => {
      const stuck = (await subscribers.states()).find(({ error }) => error !== null);
      throw stuck ? new Error(`${stuck.name}: ${stuck.error}`, { cause }) : cause;
    });
    await ledger.integrate();
  };
  const settle = async () => {
    // What a subscriber does may be a fact that another waits for.
    let size = -1;
    while (size !== (await ledger.size())) {
      size = await ledger.size();
      await settleOnce();
    }
  };
  return {
    /** Lets every subscriber handle all that was announced, and all that follows from it. */
    settle,
    /** Lets a subscriber read the ledger from its beginning. */
    async replay(name: string) {
      await subscribers.replay(name, 0);
      await settle();
    },
    async stop() {
      controller.abort();
      await Promise.all(running);
    },
  };
}
