import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { trialWords } from './trial-words.ts';

const shown = 10;

/** Who called a trial in the latest minutes, for whoever may write its repository. */
export function TrialUsage({ trialId }: { trialId: string }) {
  const api = useApi();
  const say = useWords(trialWords);
  const query = useQuery(
    api.serving.listTrialUsage.queryOptions({ input: { trialId, limit: shown } }),
  );
  return (
    <Section title={say('whoCalled')}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="serving-quiet">{say('whoCalledNone')}</p>
          ) : (
            <PlainTable
              name={say('whoCalled')}
              rows={items}
              rowKey={({ callerId, minute }) => `${minute} ${callerId}`}
              columns={[
                {
                  key: 'caller',
                  title: say('caller'),
                  cell: ({ callerId }) => <PartyName id={callerId} />,
                },
                { key: 'minute', title: say('minute'), cell: ({ minute }) => <When at={minute} /> },
                { key: 'calls', title: say('calls'), cell: ({ calls }) => calls, figures: true },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  );
}
