import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given } from '#web/ui/list-address.ts';
import { Properties, Section } from '#web/ui/page-body.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { scoreText } from './evaluation-score.ts';
import type { MeasurementDetail } from './measurement-page.tsx';
import { measurementWords } from './measurement-words.ts';

type Case = Outputs['assurance']['listMeasuredCases']['items'][number];

/** Every case of a measurement, the worst first; one opens to what was asked, expected and answered. */
export function MeasurementCases({ measurement }: { measurement: MeasurementDetail }) {
  const api = useApi();
  const say = useWords(measurementWords);
  const [shown, setShown] = useState<Case | null>(null);
  const { measurementId } = measurement;
  const input = { measurementId, place: shown?.place ?? 0 };
  const query = useQuery(
    api.assurance.getMeasuredCase.queryOptions({ input, enabled: shown !== null }),
  );
  return (
    <Section title={say('casesWorst')}>
      <DataList<Case>
        name={say('cases')}
        searches={false}
        count={(count) => say('casesCount', { count })}
        queryKey={[...api.assurance.listMeasuredCases.key(), measurementId]}
        topic="assurance.measurement"
        rowKey={({ place }) => String(place)}
        filters={[
          {
            key: 'only',
            label: say('answers'),
            single: true,
            options: [{ value: 'failed', label: say('failedOnly') }],
          },
        ]}
        load={({ filters, cursor, limit }) =>
          api.assurance.listMeasuredCases.call({
            ...{ measurementId, failedOnly: filters.only?.[0] === 'failed' ? 'true' : 'false' },
            ...given({ limit, cursor }),
          })
        }
        empty={<EmptyState what={say('casesNone')} why={say('casesNoneWhy')} />}
        columns={[
          {
            key: 'case',
            title: say('cases'),
            text: ({ caseId }) => caseId,
            render: (one) => (
              <Button kind="quiet" onClick={() => setShown(one)}>
                {one.caseId}
              </Button>
            ),
          },
          {
            key: 'score',
            title: say('caseScore'),
            text: ({ score, problem }) => [scoreText(score), problem ?? ''].join(' ').trim(),
            render: ({ score, problem }) => (
              <span className="evaluation-score">
                {problem !== null && <code>{problem}</code>}
                {scoreText(score)}
              </span>
            ),
            figures: true,
          },
          {
            key: 'took',
            title: say('tookMs'),
            text: ({ tookMs }) => (tookMs === null ? '' : `${formatNumber(tookMs, 1)} ms`),
            figures: true,
          },
        ]}
      />
      <Sheet
        open={shown !== null}
        onClose={() => setShown(null)}
        title={say('oneCase', { id: shown?.caseId ?? '' })}
      >
        <Loaded query={query}>{(one) => <OneCase one={one} measurement={measurement} />}</Loaded>
      </Sheet>
    </Section>
  );
}

function OneCase({
  one,
  measurement: { suite },
}: {
  one: Outputs['assurance']['getMeasuredCase'];
  measurement: MeasurementDetail;
}) {
  const say = useWords(measurementWords);
  const { file, texts, expected, output, outputKept, problem } = one;
  const base = `/api/v1/hub/repositories/${suite.repositoryId}/revisions/${suite.revisionDigest}`;
  const href = `${base}/files/${(file ?? '').split('/').map(encodeURIComponent).join('/')}`;
  return (
    <div className="measured-case">
      <Properties
        rows={[
          [say('caseScore'), scoreText(one.score)],
          ...(problem === null ? [] : [[say('problem'), <code key="p">{problem}</code>] as const]),
          ...(one.tookMs === null
            ? []
            : [[say('tookMs'), `${formatNumber(one.tookMs, 1)} ms`] as const]),
        ]}
      />
      <h3>{say('asked')}</h3>
      {file !== null && (
        <>
          {/\.(png|jpe?g)$/i.test(file) && <img src={href} alt={file} />}
          <ButtonLink href={href} download={file.split('/').at(-1) ?? file}>
            {say('openFile')} {file}
          </ButtonLink>
        </>
      )}
      {texts.map((text) => (
        <blockquote key={text}>{text}</blockquote>
      ))}
      <h3>{say('expected')}</h3>
      <Json value={expected} name={say('expected')} />
      <h3>{say('output')}</h3>
      {outputKept ? <Json value={output} name={say('output')} /> : <p>{say('outputNone')}</p>}
    </div>
  );
}

const charactersMax = 20_000;

function Json({ value, name }: { value: unknown; name: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
    <section aria-label={name} tabIndex={0}>
      <pre>{JSON.stringify(value, null, 1).slice(0, charactersMax)}</pre>
    </section>
  );
}
