import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { Card, RepositoryKind, RevisionFile } from './entities.ts';
import { hubErrors } from './errors.ts';
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
 * where there is none that does, and `hub.revision_missing`.
 */
export function createReadRevision({ db, access }: Kernel) {
  const allowed = async (repositoryId: string, purpose: 'person' | 'job', call: Call) => {
    const ref = { type: 'hub.repository', id: repositoryId };
    const ask = async (permission: string) =>
      (await access.decide(call.principal, permission, ref)).allowed;
    return (
      (await ask('hub.repository.read')) || (purpose === 'job' && (await ask('hub.repository.use')))
    );
  };
  return async (
    input: { repositoryId?: string; revisionDigest: string; purpose?: 'person' | 'job' },
    call: Call,
  ): Promise<ReadRevision> => {
    const { revisionDigest, purpose = 'person' } = input;
    const candidates = input.repositoryId
      ? [input.repositoryId]
      : await store.repositoriesWith(db.read, revisionDigest);
    for (const repositoryId of candidates) {
      if (!(await allowed(repositoryId, purpose, call))) continue;
      const repository = await store.readRepository(db.read, repositoryId);
      const revision = await store.readRevision(db.read, repositoryId, revisionDigest);
      if (!repository || !revision) throw hubErrors.make.revision_missing({ revisionDigest });
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
    throw kernelErrors.make.missing({ id: input.repositoryId ?? revisionDigest });
  };
}
