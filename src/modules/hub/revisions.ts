import { strict as assert } from 'node:assert';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import { compareFiles } from './compare.ts';
import type { hubContract } from './contract.ts';
import { hubErrors } from './errors.ts';
import { revisionFindingsOf, summariesOf } from './inspection/findings-reads.ts';
import * as store from './store.ts';

type HubHandlers = Handlers<(typeof hubContract)['operations']>;
type RevisionHandlers = Pick<
  HubHandlers,
  'listRevisions' | 'getRevision' | 'listFiles' | 'compareRevisions'
>;

/** Reading revisions: lists, one with its card, its files, what differs. */
export function revisionHandlers({ db }: Kernel): RevisionHandlers {
  const existing = async (repositoryId: string, revisionDigest: string) => {
    const row = await store.readRevision(db.read, repositoryId, revisionDigest);
    if (!row) throw hubErrors.make.revision_missing({ revisionDigest });
    return row;
  };
  return {
    async listRevisions({ repositoryId, cursor, limit }) {
      const repository = await store.readRepository(db.read, repositoryId);
      if (!repository) throw kernelErrors.make.missing({ id: repositoryId });
      const after = decodeCursor(cursor);
      const rows = await store.listRevisions(db.read, repositoryId, {
        beforeNumber: after && numberOf(after.key),
        limit: limit + 1,
      });
      const { items, nextCursor } = toPage(rows, limit, (row) => ({
        key: String(row.number),
        id: row.digest,
      }));
      return { items: items.map(store.revisionOf), total: repository.revisions_count, nextCursor };
    },

    async getRevision({ repositoryId, revisionDigest }) {
      const row = await existing(repositoryId, revisionDigest);
      const revision = store.revisionOf(row);
      const findings = await revisionFindingsOf(db.read, revision);
      return { ...revision, card: row.card, findings };
    },

    async listFiles({ repositoryId, revisionDigest, under, cursor, limit }) {
      await existing(repositoryId, revisionDigest);
      const { files, total } = await store.listFiles(
        db.read,
        { repositoryId, revisionDigest },
        { under, afterPath: decodeCursor(cursor)?.key ?? null, limit: limit + 1 },
      );
      const page = toPage(files, limit, (file) => ({ key: file.path, id: file.digest }));
      const summaries = await summariesOf(db.read, page.items);
      const items = page.items.map((file, place) => {
        const inspection = summaries[place];
        assert(inspection, 'each file has a summary');
        return { ...file, inspection };
      });
      return { ...page, items, total };
    },

    async compareRevisions({ repositoryId, revisionDigest, from }) {
      const to = await existing(repositoryId, revisionDigest);
      const base = from ? (await existing(repositoryId, from)).digest : to.parent_digest;
      const filesOf = (digest: string) =>
        store.allFiles(db.read, { repositoryId, revisionDigest: digest });
      const before = base ? await filesOf(base) : [];
      const after = await filesOf(revisionDigest);
      return { from: base, to: revisionDigest, ...compareFiles(before, after) };
    },
  };
}

/** The number in a cursor, which anybody could have written. */
function numberOf(key: string): number {
  const number = Number(key);
  if (!Number.isSafeInteger(number) || number > 2 ** 31 - 1 || number < 0) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  return number;
}
