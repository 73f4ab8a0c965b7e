import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { DeliveryLines } from './deliveries.tsx';
import { words } from './words.ts';

const shown = 25;

/** Mails that were given up, for whoever operates the platform. */
export function FailedMail() {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const query = useQuery(api.notices.listFailedMail.queryOptions({ input: { limit: shown } }));
  const retry = async (deliveryId: string) => {
    await api.notices.retryMail.call({ deliveryId });
    await queries.invalidateQueries({ queryKey: api.notices.listFailedMail.key() });
  };
  return (
    <Section title={say('failedMail')}>
      <Loaded query={query} lines={2}>
        {(page) => <DeliveryLines page={page} none={say('noFailedMail')} retry={retry} />}
      </Loaded>
    </Section>
  );
}
