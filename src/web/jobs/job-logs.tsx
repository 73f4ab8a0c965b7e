import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { CopyText } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { Loaded } from '#web/ui/states.tsx';
import type { Job } from './job-page.tsx';
import { words } from './words.ts';

/** What a job printed, where its rule allows it to be shown; why not, where not. */
export function JobLogs({ job }: { job: Job }) {
  const api = useApi();
  const say = useWords(words);
  const ended = job.finishedAt !== null;
  const shows = job.logs === 'full' && ended;
  const query = useQuery(
    api.compute.getJobLogs.queryOptions({ input: { jobId: job.id }, enabled: shows }),
  );
  if (!shows) {
    return (
      <Section title={say('logs')}>
        <p className="job-detail">{say(job.logs === 'full' ? 'logsLater' : 'logsWithheld')}</p>
      </Section>
    );
  }
  return (
    <Section
      title={say('logs')}
      {...(query.data?.text ? { action: <CopyText text={query.data.text} /> } : {})}
    >
      <Loaded query={query}>{(log) => <LogText {...log} />}</Loaded>
    </Section>
  );
}

/** The text of a log, cut or whole. */
export function LogText({ text, truncated }: { text: string; truncated: boolean }) {
  const say = useWords(words);
  if (text.trim() === '') return <p className="job-detail">{say('logsNone')}</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <pre className="log-text" tabIndex={0}>
        {text}
      </pre>
      {truncated && <p className="job-detail">{say('logsCut')}</p>}
    </>
  );
}
