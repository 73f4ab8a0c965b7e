import type { Kernel } from '#kernel/module.ts';
import { type Bell, pause, type Service } from '#kernel/service.ts';
import type { Indexer } from './indexer.ts';
import type { Entry, Source } from './source.ts';
import * as store from './store.ts';
import { TOKENS_VERSION } from './tokens.ts';
import { expiredRevisions } from './uses-store.ts';

const BATCH = 200;
const RETRY_MS = 5_000;
const LOOK_EVERY_MS = 60 * 60 * 1000;
/** Words that wait while everything is read: the more at once, the less each costs. */
const WAITING_KILOBYTES = 32 * 1024;

/**
 * Builds kinds that were never built, were built by another version, or are asked for again. It reads
 * everything once; what facts change meanwhile is newer and stays. A crash in the middle begins anew.
 * Once in an hour it looks for certificates that have run out.
 */
export function builderService(uses: {
  kernel: Kernel;
  sources: readonly Source[];
  indexer: Indexer;
  wanted: Set<string>;
  bell: Bell;
}): Service {
  const { kernel, sources, indexer, wanted, bell } = uses;
  const { db, clock, log } = kernel;

  const build = async (source: Source, signal: AbortSignal) => {
    const started = clock.now();
    const write = (entries: readonly Entry[]) =>
      db.transaction(async (tx) => {
        await store.letWordsWait(tx, WAITING_KILOBYTES);
        await indexer.write(tx, source.kind, entries, started);
      });
    let batch: Entry[] = [];
    let count = 0;
    for await (const entry of source.readAll()) {
      if (signal.aborted) return;
      batch.push(entry);
      count += 1;
      if (batch.length < BATCH) continue;
      await write(batch);
      batch = [];
    }
    await write(batch);
    await db.transaction(async (tx) => {
      await store.deleteStale(tx, source.kind, started);
      const built = { kind: source.kind, version: TOKENS_VERSION, at: clock.now() };
      await store.recordBuilt(tx, built);
    });
    log.info({ kind: source.kind, count }, 'the index of the search was built');
  };

  const lookForExpired = async () => {
    for (const revisionDigest of await expiredRevisions(db.read, clock.now())) {
      await db.transaction((tx) => indexer.readAgain(tx, revisionDigest));
    }
  };

  return {
    name: 'discovery.builder',
    async run(signal) {
      while (!signal.aborted) {
        try {
          const versions = await store.builtVersions(db.read);
          const due = sources.filter(
            ({ kind }) => wanted.has(kind) || versions.get(kind) !== TOKENS_VERSION,
          );
          for (const source of due) {
            wanted.delete(source.kind);
            await build(source, signal);
          }
          await store.tidyIndex(db.read);
          await lookForExpired();
          await bell.sleep(LOOK_EVERY_MS, signal);
        } catch (error) {
          log.error({ error }, 'the index of the search could not be built');
          await pause(RETRY_MS, signal);
        }
      }
    },
  };
}
