import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button } from '#web/ui/button.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { knownKind } from './kinds.ts';
import { words } from './words.ts';

type Page = Outputs['notices']['listDeliveries'];
type Delivery = Page['items'][number];

const shown = 25;
const marks = { waiting: 'waiting', delivered: 'done', dead: 'failed' } as const;

type WebhookDeliveriesProps = {
  webhook: { id: string; ownerId: string; name: string };
  open: boolean;
  onClose: () => void;
};

/** What was posted to a webhook, and what was given up, to be tried again. */
export function WebhookDeliveries({ webhook, open, onClose }: WebhookDeliveriesProps) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [onlyDead, setOnlyDead] = useState(false);
  const { id: webhookId, ownerId } = webhook;
  const query = useQuery({
    ...api.notices.listDeliveries.queryOptions({
      input: { ownerId, webhookId, limit: shown, ...(onlyDead ? { state: 'dead' } : {}) },
    }),
    enabled: open,
  });
  const retry = async (deliveryId: string) => {
    await api.notices.retryDelivery.call({ ownerId, webhookId, deliveryId });
    await queries.invalidateQueries({ queryKey: api.notices.listDeliveries.key() });
  };
  return (
    <Sheet open={open} onClose={onClose} title={`${say('deliveries')} · ${webhook.name}`}>
      <label className="notices-tick">
        <input
          type="checkbox"
          checked={onlyDead}
          onChange={({ target }) => setOnlyDead(target.checked)}
        />
        {say('onlyDead')}
      </label>
      <Loaded query={query}>
        {(page) => <DeliveryLines page={page} none={say('noDeliveries')} retry={retry} />}
      </Loaded>
    </Sheet>
  );
}

type DeliveryLinesProps = { page: Page; none: string; retry: (id: string) => Promise<void> };

/** Deliveries, the newest first; those that were given up can be tried again. */
export function DeliveryLines({ page, none, retry }: DeliveryLinesProps) {
  const say = useWords(words);
  const { items, total } = page;
  if (items.length === 0) return <p className="notices-none">{none}</p>;
  return (
    <>
      {total > items.length && (
        <p className="notices-none">{say('deliveriesShown', { count: items.length, total })}</p>
      )}
      <ul className="notices-deliveries">
        {items.map((delivery) => (
          <DeliveryLine key={delivery.id} delivery={delivery} retry={retry} />
        ))}
      </ul>
    </>
  );
}

type DeliveryLineProps = { delivery: Delivery; retry: (id: string) => Promise<void> };

function DeliveryLine({ delivery, retry }: DeliveryLineProps) {
  const say = useWords(words);
  const announce = useAnnounce();
  const [busy, setBusy] = useState(false);
  const { id, kind, state, attempts, problem, createdAt } = delivery;
  const known = knownKind(kind);
  const again = async () => {
    setBusy(true);
    await retry(id).then(
      () => announce(say('retried')),
      (error: unknown) => announce(toProblem(error).message),
    );
    setBusy(false);
  };
  return (
    <li>
      <div className="notices-delivery">
        <span>{known === null ? kind : say(known)}</span>
        <StateTag state={marks[state]} label={say(state)} />
        <small>
          <When at={createdAt} /> · {say('attempts', { count: attempts })}
        </small>
        {problem !== null && <small lang="en">{problem}</small>}
      </div>
      {state === 'dead' && (
        <Button busy={busy} onClick={() => void again()}>
          {say('retry')}
        </Button>
      )}
    </li>
  );
}
