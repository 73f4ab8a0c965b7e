import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { ErrorState, Loading } from '#web/ui/states.tsx';
import { useParameter, useQueryParameter } from '#web/ui/use-parameter.ts';
import { audienceWord } from './audience-word.ts';
import './hub.css';
import { gateWords } from './gate-words.ts';
import { archiveHref, downloadCommand, hubHref } from './hub-address.ts';
import { words } from './words.ts';

export type Repository = Outputs['hub']['getRepository'];

/** What every page of a repository has: its head, its tabs, and the repository once it is read. */
export function RepositoryFrame({ children }: { children: (repository: Repository) => ReactNode }) {
  const api = useApi();
  const say = useWords(words);
  const repositoryId = useParameter('repositoryId');
  const input = { repositoryId };
  const query = useQuery(api.hub.getRepository.queryOptions({ input }));
  useLive(query.data === undefined ? undefined : `hub.repository/${repositoryId}`, api.hub.key());
  const repository = query.data;
  if (repository === undefined) {
    return (
      <>
        <PageHead name={say('title')} parent={{ name: say('title'), href: '/hub' }} />
        {query.isPending ? <Loading lines={8} /> : <NotFound error={query.error} />}
      </>
    );
  }
  return (
    <>
      <Head repository={repository} />
      <PageTabs label={say('tabs')} tabs={tabsOf(repository, say)} />
      {children(repository)}
    </>
  );
}

function NotFound({ error }: { error: unknown }) {
  const say = useWords(words);
  const problem = toProblem(error);
  return (
    <>
      <ErrorState problem={problem} />
      {problem.category === 'missing' && <p className="hub-kept">{say('hiddenMissing')}</p>}
    </>
  );
}

type Say = ReturnType<typeof useWords<typeof words.pairs>>;

function tabsOf({ id, revisionsCount, may }: Repository, say: Say) {
  return [
    { name: say('card'), href: hubHref(id) },
    { name: say('files'), href: hubHref(id, 'files') },
    { name: say('revisions'), href: hubHref(id, 'revisions'), count: revisionsCount },
    ...(may.write ? [{ name: say('settings'), href: hubHref(id, 'settings') }] : []),
  ];
}

function Head({ repository }: { repository: Repository }) {
  const say = useWords(words);
  const gate = useWords(gateWords);
  const pick = usePick();
  const announce = useAnnounce();
  const { id, name, title, summary, kind, audience, gated, state, head, may } = repository;
  const [chosen] = useQueryParameter('revision');
  const revision = chosen || head?.revisionDigest;
  const word = audienceWord(kind, audience);
  const why = { public: 'publicWhy', members: 'membersWhy', ownerOnly: 'ownerWhy' } as const;
  const writes = may.write && state === 'active';
  const downloads = revision !== undefined && may.readFiles ? revision : undefined;
  const download = downloads !== undefined && (
    <ButtonLink
      {...(writes ? {} : { kind: 'main' as const })}
      icon="download"
      href={archiveHref(id, downloads, 'zip')}
      download
    >
      {say('downloadZip')}
    </ButtonLink>
  );
  return (
    <PageHead
      name={pick(title)}
      parent={{ name: say('title'), href: '/hub' }}
      state={
        <>
          {state === 'archived' ? (
            <StateTag state="stopped" label={say('archived')} />
          ) : (
            <StateTag
              state={head === null ? 'draft' : 'done'}
              label={say(head === null ? 'empty' : 'active')}
            />
          )}
          <span className="hub-tag">{say(kind)}</span>
          <span className="hub-tag">{say(word)}</span>
          {gated !== false && <span className="hub-tag">{gate('gated')}</span>}
        </>
      }
      why={
        <>
          {pick(summary)}{' '}
          {gated !== false && word !== 'kept'
            ? gate(gated)
            : say(word === 'kept' ? 'keptWhy' : why[word])}
        </>
      }
      main={
        <>
          {writes && (
            <ButtonLink kind="main" icon="upload" href={hubHref(id, 'publish')}>
              {say(head === null ? 'publishFirst' : 'publish')}
            </ButtonLink>
          )}
          {download}
        </>
      }
      {...(downloads === undefined
        ? {}
        : {
            more: (close: () => void) => (
              <>
                <a className="menu-item" href={archiveHref(id, downloads, 'tar')} download>
                  {say('downloadTar')}
                </a>
                <button
                  type="button"
                  className="menu-item"
                  onClick={() => {
                    close();
                    const command = downloadCommand(id, name);
                    void navigator.clipboard
                      .writeText(command)
                      .then(() => announce(say('commandCopied')));
                  }}
                >
                  {say('copyCommand')}
                </button>
              </>
            ),
          })}
    />
  );
}
