import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { TrialTable } from './trial-table.tsx';
import { trialWords } from './trial-words.ts';

const shown = 10;

/** The latest models that can be tried; nothing where there are none. */
export function OpenTrials() {
  const api = useApi();
  const say = useWords(trialWords);
  const input = { state: 'open', limit: shown } as const;
  const { data } = useQuery(api.serving.listTrials.queryOptions({ input }));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <div className="serving-below">
      <Section title={say('openTrials')}>
        <p className="serving-quiet">{say('trialWhy')}</p>
        <TrialTable rows={data.items} />
      </Section>
    </div>
  );
}
