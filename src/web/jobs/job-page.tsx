import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatBytes } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { actsAs } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Digest } from '#web/ui/copy-text.tsx';
import { LongWork, type WorkStep } from '#web/ui/long-work.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { JobBasis } from './job-basis.tsx';
import { JobLogs } from './job-logs.tsx';
import { JobUsage } from './job-usage.tsx';
import './jobs.css';
import { reasonWords } from './reason-words.ts';
import { words } from './words.ts';

export type Job = Outputs['compute']['getJob'];

/** One job: its state and why, what it used, what it wrote. */
export function JobPage() {
  const api = useApi();
  const say = useWords(words);
  const jobId = useParameter('jobId');
  const query = useQuery(api.compute.getJob.queryOptions({ input: { jobId } }));
  useLive(query.data === undefined ? undefined : `compute.job/${jobId}`, api.compute.key());
  return (
    <>
      {query.data === undefined && (
        <PageHead name={say('job')} parent={{ name: say('title'), href: '/jobs' }} />
      )}
      <Loaded query={query} lines={8}>
        {(job) => <JobBody job={job} />}
      </Loaded>
    </>
  );
}

function JobBody({ job }: { job: Job }) {
  const say = useWords(words);
  return (
    <>
      <JobHead job={job} />
      <PageBody
        side={
          <>
            <About job={job} />
            <FactsOf subjectType="compute.job" subject={job.id} />
          </>
        }
      >
        <Reason job={job} />
        <LongWork title={say('course')} steps={useSteps(job)} meanwhile={say('meanwhile')} />
        <JobUsage job={job} />
        <JobOutputs job={job} />
        <JobLogs job={job} />
      </PageBody>
    </>
  );
}

function JobHead({ job }: { job: Job }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const { account } = useSession();
  const [asking, setAsking] = useState(false);
  const mine = account !== null && actsAs(account).some(({ id }) => id === job.ownerId);
  const open = job.state === 'waiting' || job.state === 'running';
  return (
    <>
      <PageHead
        name={`${say('job')} ${job.id.slice(-6)}`}
        parent={{ name: say('title'), href: '/jobs' }}
        state={<StateTag state={job.state} />}
        why={<Why job={job} />}
        {...(open && mine
          ? {
              main: (
                <Button kind="danger" icon="stop" onClick={() => setAsking(true)}>
                  {say('stop')}
                </Button>
              ),
            }
          : {})}
      />
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('stop')}
        verb={say('stop')}
        done={say('stopped')}
        danger
        send={async () => {
          await api.compute.stopJob.call({ jobId: job.id });
          await queries.invalidateQueries({ queryKey: api.compute.key() });
        }}
      >
        <p>{say('stopWhy')}</p>
      </Ask>
    </>
  );
}

function Why({ job }: { job: Job }) {
  const say = useWords(words);
  const reason = useWords(reasonWords);
  if (job.state === 'waiting') {
    const ahead = job.ahead ?? 0;
    return ahead === 0 ? say('waitingNext') : say('waitingWhy', { count: ahead });
  }
  if (job.state === 'running') return say('runningWhy');
  return job.reason === null ? say('doneWhy') : reason(job.reason);
}

function Reason({ job }: { job: Job }) {
  const say = useWords(words);
  const reason = useWords(reasonWords);
  if (job.reason === null) return null;
  return (
    <Section title={reason(job.reason)}>
      <p>{reason(`${job.reason}.do`)}</p>
      {job.detail !== null && (
        <p className="job-detail">
          {say('detail')}: <q lang="en">{job.detail}</q> <code>{job.reason}</code>
        </p>
      )}
    </Section>
  );
}

function useSteps(job: Job): WorkStep[] {
  const say = useWords(words);
  const began = job.startedAt !== null;
  const ended = job.finishedAt;
  return [
    {
      key: 'queued',
      label: say('queued'),
      state: began ? 'done' : job.state === 'waiting' ? 'running' : job.state,
      startedAt: job.createdAt,
      ...(job.startedAt === null
        ? ended === null
          ? {}
          : { endedAt: ended }
        : { endedAt: job.startedAt }),
    },
    {
      key: 'ran',
      label: say('ran'),
      state: began ? job.state : 'draft',
      ...(job.startedAt === null ? {} : { startedAt: job.startedAt }),
      ...(began && ended !== null ? { endedAt: ended } : {}),
    },
  ];
}

function JobOutputs({ job }: { job: Job }) {
  const say = useWords(words);
  return (
    <Section title={say('outputs')}>
      {job.outputs.length === 0 && <p className="job-detail">{say('noOutputs')}</p>}
      <ul className="side-list">
        {job.outputs.map(({ name, digest, sizeBytes }) => (
          <li key={name}>
            <a href={`/api/v1/compute/jobs/${job.id}/outputs/${name}`} download>
              {name}
            </a>
            <Digest value={digest} />
            <span className="side-note figures">{formatBytes(sizeBytes)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function About({ job }: { job: Job }) {
  const say = useWords(words);
  const digest = job.environmentDigest;
  return (
    <Section title={say('about')}>
      <Properties
        rows={[
          [say('basis'), <JobBasis key="basis" basis={job.basis} />],
          [say('owner'), <PartyName key="owner" id={job.ownerId} />],
          [say('requestedBy'), <PartyName key="by" id={job.requestedBy} />],
          [say('created'), <When key="created" at={job.createdAt} />],
          [say('environment'), job.environment],
          [say('mode'), say(`mode.${job.mode}`)],
          ...(job.isolation === null ? [] : [[say('isolation'), say(job.isolation)] as const]),
          ...(digest === null
            ? []
            : [[say('environmentDigest'), <Digest key="digest" value={digest} />] as const]),
          [say('attempt'), String(job.attempt)],
        ]}
      />
    </Section>
  );
}
