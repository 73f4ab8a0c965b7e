import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { Card, RepositoryKind, RevisionFile } from './entities.ts';
import { hubErrors } from './errors.ts';
import { mayReadFiles } from './gate/file-access.ts';
import * as store from './store.ts';

export type ReadRevision = {
  repositoryId: string;
  ownerId: string;
  kind: RepositoryKind;
  name: string;
  revisionDigest: string;
  files: readonly RevisionFile[];
  card: Card | null;
};

/**
 * A whole revision for another module. `purpose: 'job'` also lets through who holds a grant of
 * `hub.repository.use`: its files may then go into an isolated job, and nowhere else. Without a
 * repository, the first one that holds the revision and lets the caller in. Throws `kernel.missing`
 * where there is none that does, `hub.access_needed` where its files are gated for somebody who is signed in,
 * and `hub.revision_missing`.
 */
export function createReadRevision({ db, access }: Kernel) {
  const standing = async (
    repository: store.RepositoryRow,
    purpose: 'person' | 'job',
    { principal }: Call,
  ) => {
    const ref = { type: 'hub.repository', id: repository.id };
    const ask = async (permission: string) =>
      (await access.decide(principal, permission, ref)).allowed;
    const sees = await ask('hub.repository.read');
    if (sees && (await mayReadFiles(access, repository, principal))) return 'reads';
    if (purpose === 'job' && (await ask('hub.repository.use'))) return 'reads';
    return sees ? 'gated' : 'hidden';
  };
  return async (
    input: { repositoryId?: string; revisionDigest: string; purpose?: 'person' | 'job' },
    call: Call,
  ): Promise<ReadRevision> => {
    const { revisionDigest, purpose = 'person' } = input;
    const candidates = input.repositoryId
      ? [input.repositoryId]
      : await store.repositoriesWith(db.read, revisionDigest);
    let gatedId: string | null = null;
    for (const repositoryId of candidates) {
      const repository = await store.readRepository(db.read, repositoryId);
      if (!repository) continue;
      const stands = await standing(repository, purpose, call);
      if (stands === 'gated') gatedId ??= repositoryId;
      if (stands !== 'reads') continue;
      const revision = await store.readRevision(db.read, repositoryId, revisionDigest);
      if (!revision) throw hubErrors.make.revision_missing({ revisionDigest });
      const files = await store.allFiles(db.read, { repositoryId, revisionDigest });
      return {
        repositoryId,
        ownerId: repository.owner_id,
        kind: repository.kind,
        name: repository.name,
        revisionDigest,
        files,
        card: revision.card,
      };
    }
    if (gatedId && call.principal.kind !== 'stranger') {
      throw hubErrors.make.access_needed({ repositoryId: gatedId });
    }
    throw kernelErrors.make.missing({ id: input.repositoryId ?? revisionDigest });
  };
}
