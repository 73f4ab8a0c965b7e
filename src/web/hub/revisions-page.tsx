import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { Digest } from '#web/ui/copy-text.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given } from '#web/ui/list-address.ts';
import { EmptyState } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { hubHref } from './hub-address.ts';
import { type Repository, RepositoryFrame } from './repository-frame.tsx';
import { words } from './words.ts';

type Revision = Outputs['hub']['listRevisions']['items'][number];

/** All revisions, and two of them to compare. */
export function RevisionsPage() {
  return <RepositoryFrame>{(repository) => <Revisions repository={repository} />}</RepositoryFrame>;
}

function Revisions({ repository }: { repository: Repository }) {
  const api = useApi();
  const say = useWords(words);
  const { id: repositoryId, head } = repository;
  const [from, setFrom] = useState(head?.parentDigest ?? '');
  const [to, setTo] = useState(head?.revisionDigest ?? '');
  const choice = (
    name: string,
    value: string,
    revision: Revision,
    choose: (to: string) => void,
  ) => (
    <input
      type="radio"
      name={name}
      aria-label={`${say(name === 'from' ? 'from' : 'to')} ${revision.number}`}
      checked={value === revision.revisionDigest}
      onChange={() => choose(revision.revisionDigest)}
    />
  );
  return (
    <>
      {repository.revisionsCount > 1 && (
        <div className="hub-compare">
          <ButtonLink
            href={hubHref(repositoryId, 'compare', { from, to })}
            aria-disabled={from === '' || to === '' || from === to || undefined}
          >
            {say('compare')}
          </ButtonLink>
        </div>
      )}
      <DataList<Revision>
        name={say('revisions')}
        searches={false}
        count={(count) => say('revisionsListed', { count })}
        queryKey={api.hub.listRevisions.key({ input: { repositoryId } })}
        load={({ cursor, limit }) =>
          api.hub.listRevisions.call({
            repositoryId,
            ...given({ limit, cursor }),
          })
        }
        rowKey={({ revisionDigest }) => revisionDigest}
        empty={<EmptyState what={say('noRevision')} why={say('noRevisionWhy')} />}
        columns={[
          {
            key: 'number',
            title: say('revisions'),
            text: ({ number }) => String(number),
            render: ({ number, revisionDigest, message }) => (
              <span className="hub-name">
                <To href={hubHref(repositoryId, '', { revision: revisionDigest })}>
                  {say('revisionNumber', { count: number })}
                </To>
                <small>{message || say('noMessage')}</small>
              </span>
            ),
          },
          {
            key: 'author',
            title: say('author'),
            text: ({ authorId }) => authorId,
            render: ({ authorId }) => <PartyName id={authorId} />,
          },
          {
            key: 'published',
            title: say('published'),
            text: ({ publishedAt }) => publishedAt,
            render: ({ publishedAt }) => <When at={publishedAt} />,
          },
          {
            key: 'files',
            title: say('files'),
            text: ({ filesCount }) => String(filesCount),
            figures: true,
          },
          {
            key: 'size',
            title: say('size'),
            text: ({ sizeBytes }) => formatBytes(sizeBytes),
            figures: true,
          },
          {
            key: 'digest',
            title: say('revisionDigest'),
            text: ({ revisionDigest }) => revisionDigest,
            render: ({ revisionDigest }) => <Digest value={revisionDigest} />,
            extra: true,
          },
          ...(repository.revisionsCount > 1
            ? [
                {
                  key: 'compare',
                  title: `${say('compare')}: ${say('from')} / ${say('to')}`,
                  text: () => '',
                  render: (revision: Revision) => (
                    <span className="hub-choose">
                      {choice('from', from, revision, setFrom)}
                      {choice('to', to, revision, setTo)}
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
    </>
  );
}
