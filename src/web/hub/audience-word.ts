import type { Outputs } from '#web/contracts.ts';

type Repository = Outputs['hub']['listRepositories']['items'][number];

/** The word for who may see a repository. A dataset that only its owner sees is one that does not leave. */
export function audienceWord(kind: Repository['kind'], audience: Repository['audience']) {
  if (audience !== 'owner') return audience;
  return kind === 'dataset' ? 'kept' : 'ownerOnly';
}
