import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import type { DiscoveryOptions } from './config.ts';
import { indexedRowOf } from './indexing.ts';
import type { Entry, Source } from './source.ts';
import * as store from './store.ts';
import { measuredOf } from './uses-store.ts';

export type Indexer = ReturnType<typeof createIndexer>;

/** Words that wait after a change, of which every search reads all. */
const WAITING_KILOBYTES = 512;

/** Writes entries of all sources with their words, and with what was measured of their revisions. */
export function createIndexer(
  options: DiscoveryOptions,
  uses: { kernel: Kernel; sources: readonly Source[] },
) {
  const { clock } = uses.kernel;

  /** Writes entries of a kind; one that was indexed after `unlessAfter` stays as it is. */
  const write = async (
    tx: Executor,
    kind: string,
    entries: readonly Entry[],
    unlessAfter: Date,
  ) => {
    const now = clock.now();
    const digests = entries.flatMap(({ revisionDigest }) => revisionDigest ?? []);
    const measured = await measuredOf(tx, digests, now);
    const rows = entries.map((entry) =>
      indexedRowOf(entry, {
        ...{ kind, charactersMax: options.DISCOVERY_TEXT_CHARACTERS_MAX, indexedAt: now },
        measured: measured.has(entry.revisionDigest ?? ''),
      }),
    );
    await store.upsertEntries(tx, rows, unlessAfter);
  };

  /** Reads one entry from its source, and writes it or takes it out. */
  const follow = async (tx: Executor, source: Source, id: string) => {
    const entry = await source.read(id, tx);
    await store.letWordsWait(tx, WAITING_KILOBYTES);
    if (entry) await write(tx, source.kind, [entry], clock.now());
    else await store.deleteEntry(tx, source.kind, id);
  };

  /** Reads the entries of a revision again, after what was measured of it has changed. */
  const readAgain = async (tx: Executor, revisionDigest: string) => {
    for (const { kind, id } of await store.entriesOfRevision(tx, revisionDigest)) {
      const source = uses.sources.find((each) => each.kind === kind);
      if (source) await follow(tx, source, id);
    }
  };

  return { write, follow, readAgain };
}
