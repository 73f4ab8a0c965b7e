import type { ReactNode } from 'react';
import { formatNumber, formatPercent } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Icon } from '#web/ui/icon.tsx';
import { Properties, Section } from '#web/ui/page-body.tsx';
import { To } from '#web/ui/to.tsx';
import { Options } from './call-about.tsx';
import { IntervalLine } from './interval-line.tsx';
import { scaleOf } from './score-scale.ts';
import type { SubmissionView } from './views.ts';
import { words } from './words.ts';

type Part = { submission: SubmissionView };
type Evaluation = SubmissionView['hiddenEvaluation'];

const scoreDigits = 3;

/** Why there is no score, in words; nothing where there is one. */
export function Failure({ submission }: Part) {
  const say = useWords(words);
  const pick = usePick();
  const { reason, counted } = submission;
  if (reason === null) return null;
  return (
    <section className="section failure">
      <h2>
        <Icon name="alert" />
        {say('whyFailed')}
      </h2>
      <p>{pick(reason.sentence)}</p>
      <p className="quiet">
        <code>{reason.code}</code>
        {!counted && <span> · {say('countedNot')}</span>}
      </p>
    </section>
  );
}

/** The scores on public and on hidden data beside each other. */
export function Evaluations({ submission, trust }: Part & { trust: ReactNode }) {
  const say = useWords(words);
  const { publicEvaluation, hiddenEvaluation, own } = submission;
  const shown = [
    ...(publicEvaluation === null ? [] : [[say('onPublic'), publicEvaluation] as const]),
    [say('onHidden'), hiddenEvaluation] as const,
  ];
  const scale = scaleOf(shown.map(([, evaluation]) => evaluation));
  const column = (name: string, cell: (evaluation: Evaluation) => ReactNode) => ({ name, cell });
  const closed = (value: number | null, text: (value: number) => string) =>
    value === null ? <span className="quiet">{say('untilClose')}</span> : text(value);
  const scored = shown.some(([, { score }]) => score !== null);
  const rows = [
    column(say('score'), ({ score, state, reason }) =>
      score === null ? (
        say(state === 'running' ? 'evaluating' : reason === null ? 'scored' : 'failed')
      ) : (
        <strong>{formatNumber(score, scoreDigits)}</strong>
      ),
    ),
    // Without any score there is nothing more to compare.
    ...(scored
      ? [
          column(say('interval'), ({ score, interval }) =>
            score === null ? (
              '–'
            ) : (
              <IntervalLine score={score} interval={interval} scale={scale} digits={scoreDigits} />
            ),
          ),
          column(say('precision'), ({ precision, score }) =>
            score === null ? '–' : closed(precision, formatPercent),
          ),
          column(say('recall'), ({ recall, score }) =>
            score === null ? '–' : closed(recall, formatPercent),
          ),
          column(say('events'), ({ eventsFound, eventsTrue, score }) =>
            score === null
              ? '–'
              : closed(eventsFound, (found) => say('eventsOf', { found, all: eventsTrue ?? 0 })),
          ),
          column(say('falseAlarms'), ({ falseAlarms, score }) =>
            score === null ? '–' : closed(falseAlarms, (value) => formatNumber(value)),
          ),
        ]
      : []),
    ...(own
      ? [
          column(say('evaluation'), ({ evaluationId }) => (
            <To href={`/assurance/evaluations/${evaluationId}`}>{say('openEvaluation')}</To>
          )),
        ]
      : []),
  ];
  return (
    <Section title={say('score')} action={trust}>
      <div className="list-frame">
        <table className="list-table evaluations" aria-label={say('score')}>
          <thead>
            <tr>
              <td />
              {shown.map(([name]) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, cell }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {shown.map(([where, evaluation]) => (
                  <td key={where} data-label={where} className="figures">
                    {cell(evaluation)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** What was handed in, as far as the reader may see it. */
export function Program({ submission }: Part) {
  const say = useWords(words);
  const { program, options, submittedBy, duplicateOf } = submission;
  return (
    <Section title={say('program')}>
      {program === null && <p className="quiet">{say('programHidden')}</p>}
      <Properties
        rows={[
          ...(program === null
            ? []
            : [
                [
                  say('program'),
                  <To key="program" href={`/hub/${program.repositoryId}`}>
                    {say('openInHub')}
                  </To>,
                ] as const,
                [say('entry'), <code key="entry">{program.entry}</code>] as const,
                [say('environment'), program.environment] as const,
              ]),
          ...(options === null
            ? []
            : [[say('options'), <Options key="options" options={options} />] as const]),
          ...(submittedBy === null
            ? []
            : [[say('submittedBy'), <PartyName key="by" id={submittedBy} />] as const]),
          ...(duplicateOf === null
            ? []
            : [
                [
                  say('sameAs'),
                  <To key="same" href={`/scenarios/submissions/${duplicateOf}`}>
                    {duplicateOf}
                  </To>,
                ] as const,
              ]),
        ]}
      />
    </Section>
  );
}
