import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button } from '#web/ui/button.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import { type State, StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { isNoticeKind } from './kinds.ts';
import type { Webhook } from './webhooks.tsx';
import { words } from './words.ts';

type Delivery = Outputs['notices']['listDeliveries']['items'][number];

const shown = 50;
const marks: Record<Delivery['state'], State> = {
  waiting: 'waiting',
  delivered: 'done',
  dead: 'failed',
};

/** What was posted to a webhook, and what came of it. */
export function Deliveries({
  webhook,
  open,
  onClose,
}: {
  webhook: Webhook;
  open: boolean;
  onClose: () => void;
}) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const announce = useAnnounce();
  const { id: webhookId, ownerId, name } = webhook;
  const query = useQuery(
    api.notices.listDeliveries.queryOptions({
      input: { ownerId, webhookId, limit: shown },
      enabled: open,
    }),
  );
  const retry = async (deliveryId: string) => {
    try {
      await api.notices.retryDelivery.call({ ownerId, webhookId, deliveryId });
      announce(say('retried'));
      await queries.invalidateQueries({ queryKey: api.notices.listDeliveries.key() });
    } catch (error) {
      announce(toProblem(error).message);
    }
  };
  return (
    <Sheet open={open} onClose={onClose} title={say('deliveriesOf', { name })}>
      <Loaded query={query}>
        {({ items }) => (
          <DeliveryTable items={items} none={say('deliveriesNone')} onRetry={retry} />
        )}
      </Loaded>
    </Sheet>
  );
}

/** Deliveries with their state; those that were given up can be tried again. */
export function DeliveryTable({
  items,
  none,
  onRetry,
}: {
  items: readonly Delivery[];
  none: string;
  onRetry: (deliveryId: string) => Promise<void>;
}) {
  const say = useWords(words);
  if (items.length === 0) return <p className="notices-quiet">{none}</p>;
  return (
    <PlainTable
      name={say('deliveries')}
      rows={items}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'kind',
          title: say('kind'),
          cell: ({ kind }) => (isNoticeKind(kind) ? say(`kind.${kind}`) : kind),
        },
        {
          key: 'state',
          title: say('state'),
          cell: ({ state }) => <StateTag state={marks[state]} label={say(state)} />,
        },
        { key: 'attempts', title: say('attempts'), figures: true, cell: (row) => row.attempts },
        { key: 'problem', title: say('problem'), cell: ({ problem }) => problem ?? '' },
        { key: 'when', title: say('when'), cell: ({ createdAt }) => <When at={createdAt} /> },
        {
          key: 'again',
          title: say('again'),
          cell: ({ id, state }) =>
            state === 'dead' && (
              <Button kind="quiet" onClick={() => void onRetry(id)}>
                {say('again')}
              </Button>
            ),
        },
      ]}
    />
  );
}
