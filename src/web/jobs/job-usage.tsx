import { formatBytes, formatDuration, formatNumber } from '#web/format.ts';
import { useLanguage, useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import type { Job } from './job-page.tsx';
import { words } from './words.ts';

type Row = { key: string; name: string; used: string; limit: string; share: number | null };

/** What a job used of what it may use. */
export function JobUsage({ job }: { job: Job }) {
  const say = useWords(words);
  const rows = useRows(job);
  return (
    <Section title={say('usage')}>
      {job.usage === null && <p className="job-detail">{say('notRun')}</p>}
      <PlainTable
        name={say('usage')}
        rows={rows}
        rowKey={({ key }) => key}
        columns={[
          { key: 'name', title: say('resource'), cell: ({ name }) => name },
          { key: 'used', title: say('used'), figures: true, cell: ({ used }) => used },
          { key: 'limit', title: say('limit'), figures: true, cell: ({ limit }) => limit },
          {
            key: 'share',
            title: say('share'),
            cell: ({ share, name }) =>
              share === null ? null : (
                <meter value={Math.min(1, share)} max={1} aria-label={name} />
              ),
          },
        ]}
      />
    </Section>
  );
}

function useRows({ usage, limits }: Job): Row[] {
  const say = useWords(words);
  const language = useLanguage();
  const time = (seconds: number) => formatDuration(seconds, language);
  const row = (
    key: string,
    name: string,
    used: number | undefined,
    limit: number | undefined,
    format: (value: number) => string,
  ): Row => ({
    key,
    name,
    used: used === undefined ? '' : format(used),
    limit: limit === undefined ? say('byDefault') : format(limit),
    share: used === undefined || limit === undefined ? null : used / limit,
  });
  const rows = usage?.rowsAnswered;
  return [
    row('wall', say('wall'), usage ? usage.wallMs / 1000 : undefined, limits.wallSeconds, time),
    row('cpu', say('cpu'), usage ? usage.cpuMs / 1000 : undefined, limits.cpuSeconds, time),
    row('memory', say('memory'), usage?.memoryBytesMax, limits.memoryBytes, formatBytes),
    ...(limits.processes === undefined
      ? []
      : [row('processes', say('processes'), undefined, limits.processes, formatNumber)]),
    ...(limits.diskBytes === undefined
      ? []
      : [row('disk', say('disk'), undefined, limits.diskBytes, formatBytes)]),
    ...(limits.fileBytes === undefined
      ? []
      : [row('files', say('files'), undefined, limits.fileBytes, formatBytes)]),
    ...(limits.rowSeconds === undefined
      ? []
      : [row('row', say('rowSeconds'), undefined, limits.rowSeconds, time)]),
    ...(rows === undefined
      ? []
      : [
          {
            key: 'rows',
            name: say('rows'),
            used: say('rowsUnit', { count: rows }),
            limit: '',
            share: null,
          },
        ]),
  ];
}
