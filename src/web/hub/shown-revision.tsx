import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { hubHref } from './hub-address.ts';
import type { Repository } from './repository-frame.tsx';
import { words } from './words.ts';

export type RevisionDetail = Outputs['hub']['getRevision'];

/** The revision that the address names, or else the latest; what to do where there is none yet. */
export function ShownRevision({
  repository,
  children,
}: {
  repository: Repository;
  children: (revision: RevisionDetail) => ReactNode;
}) {
  const api = useApi();
  const say = useWords(words);
  const [chosen] = useQueryParameter('revision');
  const { id, head, may } = repository;
  const other = chosen !== '' && chosen !== head?.revisionDigest;
  const query = useQuery(
    api.hub.getRevision.queryOptions({
      input: { repositoryId: id, revisionDigest: chosen },
      enabled: other,
    }),
  );
  if (other) {
    return (
      <Loaded query={query}>
        {(revision) => (
          <>
            <p className="hub-older">
              {say('olderRevision', { number: revision.number })}{' '}
              <To href={hubHref(id)}>{say('toLatest')}</To>
            </p>
            {children(revision)}
          </>
        )}
      </Loaded>
    );
  }
  if (head !== null) return children(head);
  return (
    <EmptyState
      what={say('noRevision')}
      why={say('noRevisionWhy')}
      next={
        may.write && (
          <ButtonLink kind="main" icon="upload" href={hubHref(id, 'publish')}>
            {say('publishFirst')}
          </ButtonLink>
        )
      }
    />
  );
}
