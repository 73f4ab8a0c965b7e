import { strict as assert } from 'node:assert';
import type { Executor } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { optionsDigestOf, programDigestOf } from './program-digest.ts';
import * as store from './store.ts';

/** Exactly what was evaluated, and who owns it. */
export type ProgramTerms = {
  /** The owner of the algorithm. */
  ownerId: string;
  repositoryId: string;
  revisionDigest: string;
  entry: string;
  environment: 'javascript' | 'python';
  environmentDigest: string;
  options: { [key: string]: Json };
};

/**
 * Makes a program known that was approved; its id. The same digest gives the same program. To deploy and to
 * call it take grants of `serving.program.deploy` and `serving.program.call` on it.
 */
export async function registerProgram(
  tx: Executor,
  terms: ProgramTerms,
  kernel: Kernel,
  call: Call,
): Promise<string> {
  const { ids, clock, access, facts } = kernel;
  const optionsDigest = await optionsDigestOf(terms.options);
  const programDigest = await programDigestOf({ ...terms, optionsDigest });
  const programId = ids('program');
  const inserted = await store.insertProgram(tx, {
    id: programId,
    program_digest: programDigest,
    owner_id: terms.ownerId,
    repository_id: terms.repositoryId,
    revision_digest: terms.revisionDigest,
    entry: terms.entry,
    environment: terms.environment,
    environment_digest: terms.environmentDigest,
    options: terms.options,
    options_digest: optionsDigest,
    created_at: clock.now(),
  });
  if (!inserted) {
    const known = await store.programByDigest(tx, programDigest);
    assert(known, `the program ${programDigest} is neither new nor known`);
    return known.id;
  }
  await access.register(tx, {
    ...{ type: 'serving.program', id: programId },
    ...{ owner: terms.ownerId, audience: 'members' },
  });
  const { ownerId, repositoryId, revisionDigest, environmentDigest } = terms;
  await facts.append(tx, {
    kind: 'serving.program_registered',
    subject: programId,
    actor: call.principal.id,
    body: {
      ...{ programId, programDigest, ownerId, repositoryId },
      ...{ revisionDigest, environmentDigest, optionsDigest },
    },
  });
  return programId;
}
