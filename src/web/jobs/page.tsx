import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatBytes, formatDuration } from '#web/format.ts';
import { useLanguage, useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { actsAs } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { type Column, DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { JobBasis } from './job-basis.tsx';
import { JobTabs } from './job-tabs.tsx';
import './jobs.css';
import { words as stateWords } from '#web/ui/words.ts';
import { reasonWords } from './reason-words.ts';
import { words } from './words.ts';

type Job = Outputs['compute']['listJobs']['items'][number];

const states = ['waiting', 'running', 'done', 'failed', 'stopped'] as const;

/** All jobs that the reader may see. */
export function JobsPage() {
  const api = useApi();
  const say = useWords(words);
  const { account } = useSession();
  const [basis] = useQueryParameter('basis');
  return (
    <>
      <PageHead name={say('title')} why={basis === '' ? say('why') : <JobBasis basis={basis} />} />
      <JobTabs />
      <DataList<Job>
        key={`${account?.id} ${basis}`}
        name={say('title')}
        searches={false}
        count={(count) => say('count', { count })}
        columns={useColumns()}
        filters={useFilters()}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/jobs/${id}`}
        queryKey={[...api.compute.listJobs.key(), basis]}
        topic="compute.job"
        load={({ filters, cursor, limit }) => {
          const state = oneOf(states, filters.state);
          const ownerId = filters.owner?.[0];
          return api.compute.listJobs.call({
            ...given({ limit, basis, cursor, state, ownerId }),
          });
        }}
        empty={
          <EmptyState
            what={say('none')}
            why={say('noneWhy')}
            next={<ButtonLink href="/scenarios">{say('noneNext')}</ButtonLink>}
          />
        }
      />
    </>
  );
}

function useFilters() {
  const say = useWords(words);
  const { account } = useSession();
  const ui = useStateNames();
  return [
    {
      key: 'state',
      label: say('state'),
      single: true,
      options: states.map((value) => ({ value, label: ui(value) })),
    },
    ...(account === null
      ? []
      : [
          {
            key: 'owner',
            label: say('ownJobs'),
            single: true,
            options: actsAs(account).map(({ id, name }) => ({ value: id, label: name })),
          },
        ]),
  ];
}

function useStateNames() {
  const say = useWords(stateWords);
  return (state: Job['state']) => say(state);
}

function useColumns(): readonly [Column<Job>, ...Column<Job>[]] {
  const say = useWords(words);
  const reason = useWords(reasonWords);
  const state = useStateNames();
  const language = useLanguage();
  const spent = ({ usage }: Job) =>
    usage === null ? '' : formatDuration(usage.wallMs / 1000, language);
  return [
    { key: 'job', title: say('job'), text: ({ id }) => `${say('job')} ${id.slice(-6)}` },
    {
      key: 'state',
      title: say('state'),
      text: (job) => state(job.state),
      render: (job) => (
        <span className="job-state">
          <StateTag state={job.state} />
          {job.reason !== null && <small>{reason(job.reason)}</small>}
        </span>
      ),
    },
    {
      key: 'basis',
      title: say('basis'),
      text: ({ basis }) => basis,
      render: ({ basis }) => <JobBasis basis={basis} />,
    },
    {
      key: 'owner',
      title: say('owner'),
      text: ({ ownerId }) => ownerId,
      render: ({ ownerId }) => <PartyName id={ownerId} />,
    },
    { key: 'environment', title: say('environment'), text: ({ environment }) => environment },
    { key: 'mode', title: say('mode'), text: ({ mode }) => say(`mode.${mode}`), extra: true },
    { key: 'wall', title: say('wall'), text: spent, figures: true },
    {
      key: 'memory',
      title: say('memory'),
      text: ({ usage }) => (usage === null ? '' : formatBytes(usage.memoryBytesMax)),
      figures: true,
      extra: true,
    },
    {
      key: 'created',
      title: say('created'),
      text: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => <When at={createdAt} />,
    },
  ];
}
