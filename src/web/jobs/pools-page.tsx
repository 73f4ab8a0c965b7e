import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { Digest } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { StateMark } from '#web/ui/state-tag.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import './jobs.css';
import { JobTabs } from './job-tabs.tsx';
import { words } from './words.ts';

type Pool = Outputs['compute']['listPools']['items'][number];

const rereadMs = 5_000;

/** What programs can run in, and how busy the pools are. */
export function PoolsPage() {
  const api = useApi();
  const say = useWords(words);
  const { account, known } = useSession();
  const pools = useQuery(
    api.compute.listPools.queryOptions({
      input: {},
      enabled: account !== null,
      refetchInterval: rereadMs,
    }),
  );
  return (
    <>
      <PageHead
        name={say('pools')}
        parent={{ name: say('title'), href: '/jobs' }}
        why={say('environmentsWhy')}
      />
      <JobTabs />
      <div className="jobs-pools">
        <Environments />
        {account === null ? (
          known && <p className="job-detail">{say('signInForPools')}</p>
        ) : (
          <Loaded query={pools}>
            {({ items }) => items.map((pool) => <PoolSection key={pool.name} pool={pool} />)}
          </Loaded>
        )}
      </div>
    </>
  );
}

function Environments() {
  const api = useApi();
  const say = useWords(words);
  const query = useQuery(api.compute.listEnvironments.queryOptions({ input: {} }));
  return (
    <Section title={say('environments')}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState what={say('noEnvironments')} why={say('noEnvironmentsWhy')} />
          ) : (
            <PlainTable
              name={say('environments')}
              rows={items}
              rowKey={({ name, digest }) => `${name} ${digest}`}
              columns={[
                { key: 'name', title: say('environment'), cell: ({ name }) => name },
                { key: 'version', title: say('version'), cell: ({ version }) => version },
                {
                  key: 'isolation',
                  title: say('isolation'),
                  cell: ({ isolation }) => say(isolation),
                },
                {
                  key: 'digest',
                  title: say('environmentDigest'),
                  cell: ({ digest }) => <Digest value={digest} />,
                },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

function PoolSection({ pool }: { pool: Pool }) {
  const say = useWords(words);
  return (
    <Section
      title={`${say('pool', { name: pool.name })} · ${say(pool.kind)}`}
      action={
        <span className="job-state">
          <StateMark state={pool.waiting > 0 ? 'waiting' : 'done'} />
          {say('waitingJobs', { count: pool.waiting })}
        </span>
      }
    >
      {pool.hosts.length === 0 ? (
        <EmptyState what={say('noHosts')} why={say('noHostsWhy')} />
      ) : (
        <PlainTable
          name={say('host')}
          rows={pool.hosts}
          rowKey={({ id }) => id}
          columns={[
            { key: 'name', title: say('host'), cell: ({ name }) => name },
            {
              key: 'busy',
              title: say('busy'),
              figures: true,
              cell: ({ running, slots }) => say('slots', { running, slots }),
            },
            { key: 'isolation', title: say('isolation'), cell: ({ isolation }) => say(isolation) },
            {
              key: 'environments',
              title: say('environments'),
              cell: ({ environments }) => environments.map(({ name }) => name).join(' '),
            },
            { key: 'seen', title: say('seen'), cell: ({ seenAt }) => <When at={seenAt} /> },
          ]}
        />
      )}
      {pool.hosts
        .filter(({ advice }) => advice !== null)
        .map(({ id, name, advice }) => (
          <p key={id} className="job-detail">
            <strong>
              {say('advice')} · {name}
            </strong>{' '}
            {advice}
          </p>
        ))}
    </Section>
  );
}
