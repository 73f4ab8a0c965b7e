import { useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import type { Evaluation } from './evaluation-state.ts';
import { words } from './words.ts';

type Repeat = Evaluation['repeats'][number];

/** Later runs of the same inputs and whether they came out equal. */
export function EvaluationRepeats({ evaluation }: { evaluation: Evaluation }) {
  const say = useWords(words);
  const { repeats } = evaluation;
  return (
    <Section title={say('repeats')}>
      {repeats.length === 0 ? (
        <p className="evaluation-quiet">{say('repeatsNone')}</p>
      ) : (
        <PlainTable
          name={say('repeats')}
          rows={repeats}
          rowKey={({ evaluationId }) => evaluationId}
          columns={[
            {
              key: 'evaluation',
              title: say('evaluation'),
              cell: ({ evaluationId }) => (
                <To href={`/assurance/evaluations/${evaluationId}`}>{evaluationId.slice(-6)}</To>
              ),
            },
            { key: 'outcome', title: say('outcome'), cell: (row) => <Outcome repeat={row} /> },
            { key: 'by', title: say('by'), cell: ({ by }) => <PartyName id={by} /> },
            {
              key: 'attests',
              title: say('attests'),
              cell: ({ attests }) => (attests ? '✓' : ''),
            },
            {
              key: 'created',
              title: say('created'),
              cell: ({ createdAt }) => <When at={createdAt} />,
            },
          ]}
        />
      )}
    </Section>
  );
}

function Outcome({ repeat: { outcome } }: { repeat: Repeat }) {
  const say = useWords(words);
  if (outcome === null) return <StateTag state="running" label={say('outcomeWaiting')} />;
  if (outcome === 'failed') return <StateTag state="failed" label={say('outcomeFailed')} />;
  return <StateTag state={outcome === 'equal' ? 'done' : 'failed'} label={say(outcome)} />;
}
