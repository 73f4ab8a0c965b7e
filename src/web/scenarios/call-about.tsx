import { formatDuration, formatNumber } from '#web/format.ts';
import { useLanguage, usePick, useWords } from '#web/i18n.ts';
import { Digest } from '#web/ui/copy-text.tsx';
import { Markdown } from '#web/ui/markdown.tsx';
import { Properties, Section } from '#web/ui/page-body.tsx';
import { To } from '#web/ui/to.tsx';
import type { CallView } from './views.ts';
import { words } from './words.ts';

type Call = { call: CallView };

/** What a call says: task, rules, data, scoring, limits. */
export function CallAbout({ call }: Call) {
  const say = useWords(words);
  const pick = usePick();
  const written = (text: string) =>
    text === '' ? (
      <p className="quiet">{say('nothingWritten')}</p>
    ) : (
      <Markdown source={withoutTitle(text)} />
    );
  return (
    <>
      <Section title={say('task')}>{written(pick(call.page))}</Section>
      <Data call={call} />
      <Scoring call={call} />
      <Limits call={call} />
      <Section title={say('rules')}>{written(pick(call.rules))}</Section>
    </>
  );
}

/** The section is named already; a title of its own at the start of the text says it twice. */
const withoutTitle = (source: string): string => source.replace(/^\s*# .*\n/, '');

function Data({ call }: Call) {
  const say = useWords(words);
  const { publicData, hiddenData } = call;
  if (publicData === null && hiddenData === null) return null;
  return (
    <Section title={say('data')}>
      <Properties
        rows={[
          [
            say('publicData'),
            publicData === null ? (
              '–'
            ) : (
              <div key="public" className="stack">
                <span>{say('publicDataWhy')}</span>
                <To href={`/hub/${publicData.repositoryId}`}>{say('openInHub')}</To>
                <Digests
                  rows={[
                    [say('revision'), publicData.revisionDigest],
                    [`${say('features')} ${publicData.featuresPath}`, publicData.featuresDigest],
                    [`${say('labels')} ${publicData.labelsPath}`, publicData.labelsDigest],
                  ]}
                />
              </div>
            ),
          ],
          [
            say('hiddenData'),
            hiddenData === null ? (
              '–'
            ) : (
              <div key="hidden" className="stack">
                <span>{say('hiddenDataWhy')}</span>
                <Digests
                  rows={[
                    [say('revision'), hiddenData.revisionDigest],
                    [say('features'), hiddenData.featuresDigest],
                    [say('labels'), hiddenData.labelsDigest],
                  ]}
                />
              </div>
            ),
          ],
        ]}
      />
    </Section>
  );
}

/** Digests, folded until somebody asks for them. */
function Digests({ rows }: { rows: readonly (readonly [string, string])[] }) {
  const say = useWords(words);
  return (
    <details className="digests">
      <summary>{say('digestsOf')}</summary>
      <Properties
        rows={rows.map(([name, value]) => [name, <Digest key={name} value={value} />] as const)}
      />
    </details>
  );
}

function Scoring({ call }: Call) {
  const say = useWords(words);
  const pick = usePick();
  const { metric, counts, scorer, scorerOptions } = call;
  if (metric === null) return null;
  const better = say(metric.direction === 'higher' ? 'higherBetter' : 'lowerBetter');
  return (
    <Section title={say('scoring')}>
      <Properties
        rows={[
          [say('metric'), `${pick(metric.name)} · ${better}`],
          [say('counts'), say(counts === 'last' ? 'countsLast' : 'countsBest')],
          [
            say('scorer'),
            scorer === null ? (
              '–'
            ) : (
              <To key="scorer" href={`/hub/${scorer.repositoryId}`}>
                {say('openInHub')}
              </To>
            ),
          ],
          [say('options'), <Options key="options" options={scorerOptions ?? {}} />],
          ...(call.frozenDigest === null
            ? []
            : [
                [
                  say('terms'),
                  <div key="terms" className="stack">
                    <span>{say('termsWhy')}</span>
                    <Digests rows={[[say('frozen'), call.frozenDigest]]} />
                  </div>,
                ] as const,
              ]),
        ]}
      />
    </Section>
  );
}

/** Options as names and values; what is nested stands as JSON. */
export function Options({ options }: { options: Readonly<Record<string, unknown>> }) {
  const say = useWords(words);
  const entries = Object.entries(options);
  if (entries.length === 0) return <span className="quiet">{say('noOptions')}</span>;
  return (
    <ul className="options">
      {entries.map(([key, value]) => (
        <li key={key}>
          <code>{key}</code> <span className="figures">{JSON.stringify(value)}</span>
        </li>
      ))}
    </ul>
  );
}

const mebibyte = 1_048_576;

function Limits({ call }: Call) {
  const say = useWords(words);
  const language = useLanguage();
  const { limits } = call;
  if (limits === null) return null;
  const { job } = limits;
  return (
    <Section title={say('limits')}>
      <Properties
        rows={[
          [say('perDay'), say('submissionsMany', { count: limits.submissionsPerTeamPerDay })],
          [say('inAll'), say('submissionsMany', { count: limits.submissionsPerTeamMax })],
          [say('jobWall'), formatDuration(job.wallSeconds, language)],
          [say('jobCpu'), formatDuration(job.cpuSeconds, language)],
          [say('jobMemory'), `${formatNumber(job.memoryBytes / mebibyte, 0)} MiB`],
          [say('jobNetwork'), say('noNetwork')],
        ]}
      />
    </Section>
  );
}
