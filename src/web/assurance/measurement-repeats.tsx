import { useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import type { MeasurementDetail } from './measurement-page.tsx';
import { measurementHref } from './measurement-score.tsx';
import { measurementWords } from './measurement-words.ts';

type Repeat = MeasurementDetail['repeats'][number];

/** The same revision measured by the same suite again, and whether every output came out the same. */
export function MeasurementRepeats({ measurement }: { measurement: MeasurementDetail }) {
  const say = useWords(measurementWords);
  const { repeats, repeatOutcome, differing, environmentDigest } = measurement;
  if (repeats.length === 0 && repeatOutcome === null) return null;
  return (
    <Section title={say('repeats')}>
      {repeatOutcome !== null && (
        <p>
          <Outcome state="done" outcome={repeatOutcome} differing={differing} />
        </p>
      )}
      {repeats.length > 0 && (
        <PlainTable
          name={say('repeats')}
          rows={repeats}
          rowKey={({ measurementId }) => measurementId}
          columns={[
            {
              key: 'measurement',
              title: say('measurement'),
              cell: ({ measurementId }) => (
                <To href={measurementHref(measurementId)}>{measurementId.slice(-6)}</To>
              ),
            },
            {
              key: 'outcome',
              title: say('outcome'),
              cell: (row) => (
                <>
                  <Outcome {...row} />
                  {row.outcome === 'different' &&
                    row.environmentDigest !== environmentDigest &&
                    say('environmentDiffers')}
                </>
              ),
            },
            { key: 'by', title: say('requestedBy'), cell: ({ by }) => <PartyName id={by} /> },
            {
              key: 'when',
              title: say('when'),
              cell: ({ createdAt }) => <When at={createdAt} />,
            },
          ]}
        />
      )}
    </Section>
  );
}

function Outcome({ outcome, state, differing }: Pick<Repeat, 'outcome' | 'state' | 'differing'>) {
  const say = useWords(measurementWords);
  if (outcome === null) return <StateTag state={state} label={say(state)} />;
  if (outcome === 'failed') return <StateTag state="failed" label={say('outcomeFailed')} />;
  return outcome === 'same' ? (
    <StateTag state="done" label={say('same')} />
  ) : (
    <StateTag state="failed" label={say('different', { count: differing ?? 0 })} />
  );
}
