import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { Kernel } from '#kernel/module.ts';
import { claimsInCard, RESULTS_FOLDER } from './card-claims.ts';
import { namedInCard, runtimesOf, sizeClassOf } from './card-facets.ts';
import * as store from './store.ts';

export type RepositoryEntry = {
  id: string;
  title: Words;
  summary: Words;
  /** More words to find it by: its name, tags, and the text of its card. */
  text: string;
  href: string;
  ownerId: string;
  updatedAt: Date;
  facets: Readonly<Record<RepositoryFacet, readonly string[]>>;
  revisionDigest: string | null;
  /** Whether its card, or a file beside it, claims results. */
  claimed: boolean;
};

type RepositoryFacet =
  | 'repositoryKind'
  | 'task'
  | 'sector'
  | 'licence'
  | 'runtime'
  | 'size'
  | 'chip'
  | 'language';

const CARD_CHARACTERS_MAX = 20_000;
const BATCH = 200;
/** Files whose names are looked at for what the repository runs on. */
const FILES_MAX = 500;

/** What the search shows of repositories: who may find one is asked of access, by its id. */
export function createSearchEntries({ db }: Kernel) {
  const entryOf = async (
    row: store.RepositoryRow,
    executor: Executor,
  ): Promise<RepositoryEntry> => {
    const head = row.head_digest
      ? await store.readRevision(executor, row.id, row.head_digest)
      : null;
    const words = [row.name, ...row.tags, row.sector, row.task, row.licence];
    const card = head?.card?.text.slice(0, CARD_CHARACTERS_MAX) ?? '';
    return {
      id: row.id,
      title: row.title,
      summary: row.summary,
      text: [...words.filter(Boolean), card].join('\n'),
      href: `/hub/${row.id}`,
      ownerId: row.owner_id,
      updatedAt: row.updated_at,
      ...(await foundIn(row, head, executor)),
    };
  };
  return {
    kind: 'repository',
    resource: 'hub.repository',
    permission: 'hub.repository.read',
    factKinds: [
      'hub.repository_created',
      'hub.repository_described',
      'hub.revision_published',
      'hub.ref_moved',
      'hub.repository_archived',
      'hub.repository_unarchived',
      'hub.repository_transferred',
    ],
    /** Null for one that is archived or not there. */
    async read(repositoryId: string, executor: Executor): Promise<RepositoryEntry | null> {
      const row = await store.readRepository(executor, repositoryId);
      return row?.state === 'active' ? entryOf(row, executor) : null;
    },
    async *readAll(): AsyncGenerator<RepositoryEntry> {
      let after = '';
      for (;;) {
        const rows = await store.scanRepositories(db.read, after, BATCH);
        for (const row of rows) {
          if (row.state === 'active') yield await entryOf(row, db.read);
        }
        const last = rows.at(-1);
        if (!last || rows.length < BATCH) return;
        after = last.id;
      }
    },
  };
}

/** What a repository and its latest revision can be filtered by. */
async function foundIn(
  row: store.RepositoryRow,
  head: store.RevisionRow | null,
  executor: Executor,
): Promise<Pick<RepositoryEntry, 'facets' | 'revisionDigest' | 'claimed'>> {
  const metadata = head?.card?.metadata ?? {};
  const named = namedInCard(metadata, row.tags);
  const ref = head && { repositoryId: row.id, revisionDigest: head.digest };
  const within = (under: string, limit: number) => ({ under, afterPath: null, limit });
  const files = ref ? (await store.listFiles(executor, ref, within('', FILES_MAX))).files : [];
  const results = ref
    ? (await store.listFiles(executor, ref, within(RESULTS_FOLDER, 1))).files
    : [];
  return {
    facets: {
      repositoryKind: [row.kind],
      task: row.task ? [row.task, ...named.task] : named.task,
      sector: row.sector ? [row.sector] : [],
      licence: row.licence ? [row.licence] : named.licence,
      runtime: runtimesOf(files.map(({ path }) => path)),
      size: head ? [sizeClassOf(head.size_bytes)] : [],
      ...{ chip: named.chip, language: named.language },
    },
    revisionDigest: head?.digest ?? null,
    claimed: results.length > 0 || claimsInCard(metadata).length > 0,
  };
}
