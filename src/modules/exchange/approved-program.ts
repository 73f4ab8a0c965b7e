import type { Executor } from '#kernel/db.ts';
import { pageSizeMax } from '#kernel/entities.ts';
import type { Call, Principal } from '#kernel/principal.ts';
import type { ProgramView } from './entities.ts';
import { exchangeErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';

/**
 * The program, and whether an approval of it stands: then its owner has the grant to deploy it, which
 * goes when the approval is withdrawn.
 */
export async function isApproved(
  tx: Executor,
  program: { programId: string; ownerId: string },
  { kernel }: Uses,
): Promise<boolean> {
  const { programId, ownerId } = program;
  const owner: Principal = {
    ...{ id: ownerId, kind: 'organisation', name: ownerId },
    ...{ memberships: [], roles: [] },
  };
  const resource = { type: 'serving.program', id: programId };
  return (await kernel.access.decide(owner, 'serving.program.deploy', resource, { tx })).allowed;
}

/**
 * A program of the owner's that was approved at some time. Throws `exchange.program_missing`. Called
 * outside a transaction.
 */
export async function ownProgram(
  { programId, ownerId }: { programId: string; ownerId: string },
  { serving }: Uses,
  call: Call,
): Promise<ProgramView> {
  let cursor: string | null = null;
  do {
    const page = { ownerId, limit: pageSizeMax, ...(cursor === null ? {} : { cursor }) };
    const { items, nextCursor } = await serving.handlers.listPrograms(page, call);
    const found = items.find((item) => item.programId === programId);
    if (found) {
      const { programDigest, revisionDigest, repositoryId } = found;
      const { environment, environmentDigest, optionsDigest } = found;
      return {
        ...{ programId, programDigest, revisionDigest, repositoryId },
        ...{ environment, environmentDigest, optionsDigest },
      };
    }
    cursor = nextCursor;
  } while (cursor !== null);
  throw exchangeErrors.make.program_missing({ programId });
}

/** Throws `exchange.program_missing` where no approval stands. */
export async function requireApproved(
  tx: Executor,
  program: { programId: string; ownerId: string },
  uses: Uses,
): Promise<void> {
  if (await isApproved(tx, program, uses)) return;
  throw exchangeErrors.make.program_missing({ programId: program.programId });
}
