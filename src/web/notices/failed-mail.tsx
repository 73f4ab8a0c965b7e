import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { DeliveryTable } from './deliveries.tsx';
import { words } from './words.ts';

const shown = 50;

/** Mails that were given up, for the operator. */
export function FailedMail() {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const query = useQuery(api.notices.listFailedMail.queryOptions({ input: { limit: shown } }));
  const retry = async (deliveryId: string) => {
    try {
      await api.notices.retryMail.call({ deliveryId });
      announce(say('retried'));
      await queries.invalidateQueries({ queryKey: api.notices.listFailedMail.key() });
    } catch (error) {
      announce(toProblem(error).message);
    }
  };
  return (
    <Section title={say('failedMail')}>
      <p className="notices-quiet">{say('failedMailWhy')}</p>
      <Loaded query={query}>
        {({ items }) => (
          <DeliveryTable items={items} none={say('failedMailNone')} onRetry={retry} />
        )}
      </Loaded>
    </Section>
  );
}
