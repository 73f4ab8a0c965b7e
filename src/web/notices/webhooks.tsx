import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import type { Account } from '#web/session/session-of.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice } from '#web/ui/plain-fields.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { CreateWebhook } from './create-webhook.tsx';
import { WebhookDeliveries } from './deliveries.tsx';
import { knownKind } from './kinds.ts';
import { words } from './words.ts';

type Webhook = Outputs['notices']['listWebhooks']['items'][number];

/** The webhooks of the account, or of an organisation that it manages. */
export function Webhooks({ account }: { account: Account }) {
  const api = useApi();
  const say = useWords(words);
  const owners = [{ id: account.id, name: account.name }, ...account.organisations];
  const [chosen, setChosen] = useState(account.id);
  const ownerId = owners.find(({ id }) => id === chosen)?.id ?? account.id;
  const query = useQuery(api.notices.listWebhooks.queryOptions({ input: { ownerId, limit: 100 } }));
  return (
    <Section
      title={say('webhooks')}
      action={query.data !== undefined && <CreateWebhook ownerId={ownerId} />}
    >
      <p className="notices-why">{say('webhooksWhy')}</p>
      {owners.length > 1 && (
        <div className="notices-owner">
          <PlainChoice
            name="owner"
            label={say('owner')}
            value={ownerId}
            onChange={setChosen}
            options={owners.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </div>
      )}
      <Loaded query={query} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="notices-none">{say('none')}</p>
          ) : (
            <ul className="notices-webhooks">
              {items.map((webhook) => (
                <WebhookLine key={webhook.id} webhook={webhook} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

function WebhookLine({ webhook }: { webhook: Webhook }) {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const [open, setOpen] = useState<'deliveries' | 'remove' | null>(null);
  const { id: webhookId, ownerId, name, url, kinds, state } = webhook;
  const again = () => queries.invalidateQueries({ queryKey: api.notices.listWebhooks.key() });
  const change = useMutation(
    api.notices.changeWebhook.mutationOptions({
      onSuccess: again,
      onError: (error) => announce(toProblem(error).message),
    }),
  );
  const other = state === 'active' ? 'paused' : 'active';
  return (
    <li>
      <div className="notices-webhook">
        <strong>{name}</strong>
        <StateTag state={state === 'active' ? 'running' : 'stopped'} label={say(state)} />
        <code>{url}</code>
        <small>{useKindNames(kinds)}</small>
      </div>
      <div className="notices-actions">
        <Button kind="quiet" onClick={() => setOpen('deliveries')}>
          {say('deliveries')}
        </Button>
        <Button
          kind="quiet"
          busy={change.isPending}
          onClick={() => change.mutate({ ownerId, webhookId, state: other })}
        >
          {say(state === 'active' ? 'pause' : 'resume')}
        </Button>
        <Button kind="quiet" onClick={() => setOpen('remove')}>
          {say('remove')}
        </Button>
      </div>
      <WebhookDeliveries
        webhook={webhook}
        open={open === 'deliveries'}
        onClose={() => setOpen(null)}
      />
      <Ask
        open={open === 'remove'}
        onClose={() => setOpen(null)}
        title={say('removeTitle')}
        verb={say('remove')}
        done={say('removed')}
        danger
        final
        summary={[
          [say('name'), name],
          [say('url'), url],
        ]}
        send={async () => {
          await api.notices.removeWebhook.call({ ownerId, webhookId });
          await again();
        }}
      >
        <p>{say('removeWhy')}</p>
      </Ask>
    </li>
  );
}

function useKindNames(kinds: readonly string[]): string {
  const say = useWords(words);
  if (kinds.length === 0) return say('everyKind');
  return kinds
    .map((kind) => {
      const known = knownKind(kind);
      return known === null ? kind : say(known);
    })
    .join(' · ');
}
