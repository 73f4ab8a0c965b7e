import type { Access } from '#kernel/access.ts';
import type { Executor } from '#kernel/db.ts';
import type { Principal } from '#kernel/principal.ts';
import { hubErrors } from '../errors.ts';
import type { RepositoryRow } from '../store.ts';

type Gateable = Pick<RepositoryRow, 'id' | 'gated'>;

/**
 * Whether somebody who may see a repository may have its files too: of a gated one the owner's people may,
 * and who holds a grant of `hub.file.read`. Asked each time, without a lease, so a revoked grant refuses at once.
 */
export async function mayReadFiles(
  access: Access,
  { id, gated }: Gateable,
  principal: Principal,
  options: { tx?: Executor } = {},
): Promise<boolean> {
  if (gated === null) return true;
  const ref = { type: 'hub.repository', id };
  return (await access.decide(principal, 'hub.file.read', ref, options)).allowed;
}

/** Throws `hub.access_needed` where files are gated for the caller. */
export async function requireFiles(
  access: Access,
  repository: Gateable,
  principal: Principal,
): Promise<void> {
  if (await mayReadFiles(access, repository, principal)) return;
  throw hubErrors.make.access_needed({ repositoryId: repository.id });
}
