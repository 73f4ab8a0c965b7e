import { useWords } from '#web/i18n.ts';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { type Trial, TrialState, trialHref } from './trial-view.tsx';
import { trialWords } from './trial-words.ts';

/** A few trials. */
export function TrialTable({ rows }: { rows: readonly Trial[] }) {
  const say = useWords(trialWords);
  return (
    <PlainTable
      name={say('trials')}
      rows={rows}
      rowKey={({ trialId }) => trialId}
      columns={[
        {
          key: 'model',
          title: say('model'),
          cell: ({ trialId, name }) => <To href={trialHref(trialId)}>{name}</To>,
        },
        { key: 'state', title: say('state'), cell: ({ state }) => <TrialState state={state} /> },
        {
          key: 'version',
          title: say('version'),
          cell: ({ revisionNumber }) => say('revisionNumber', { number: revisionNumber }),
        },
        { key: 'created', title: say('created'), cell: ({ createdAt }) => <When at={createdAt} /> },
      ]}
    />
  );
}
