import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { ShowOnce } from '#web/parties/show-once.tsx';
import type { Me } from '#web/parties/use-me.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { Popup } from '#web/ui/popup.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { words as uiWords } from '#web/ui/words.ts';
import { Deliveries } from './deliveries.tsx';
import { noticeKinds } from './kinds.ts';
import { words } from './words.ts';

export type Webhook = Outputs['notices']['listWebhooks']['items'][number];

const shown = 100;

/** Addresses to which notices are posted, for oneself and the organisations one administers. */
export function Webhooks({ me }: { me: Me }) {
  const api = useApi();
  const say = useWords(words);
  const owners = [
    { id: me.id, name: me.name },
    ...me.memberships
      .filter(({ role }) => role === 'administrator')
      .map(({ organisationId, organisationName }) => ({
        id: organisationId,
        name: organisationName,
      })),
  ];
  const [ownerId, setOwnerId] = useState(me.id);
  const query = useQuery(
    api.notices.listWebhooks.queryOptions({ input: { ownerId, limit: shown } }),
  );
  return (
    <Section title={say('webhooks')} action={<AddWebhook ownerId={ownerId} />}>
      <p className="notices-quiet">{say('webhooksWhy')}</p>
      <PlainChoice
        name="owner"
        label={say('webhooksFor')}
        value={ownerId}
        onChange={setOwnerId}
        options={owners.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="notices-quiet">{say('webhooksNone')}</p>
          ) : (
            <PlainTable
              name={say('webhooks')}
              rows={items}
              rowKey={({ id }) => id}
              columns={[
                { key: 'name', title: say('name'), cell: ({ name }) => name },
                { key: 'url', title: say('url'), cell: ({ url }) => <code>{url}</code> },
                {
                  key: 'state',
                  title: say('state'),
                  cell: ({ state }) => (
                    <StateTag state={state === 'active' ? 'done' : 'stopped'} label={say(state)} />
                  ),
                },
                { key: 'deeds', title: say('deliveries'), cell: (row) => <Deeds webhook={row} /> },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

function Deeds({ webhook }: { webhook: Webhook }) {
  const api = useApi();
  const say = useWords(words);
  const ui = useWords(uiWords);
  const queries = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const [looking, setLooking] = useState(false);
  const { id: webhookId, ownerId, state, name } = webhook;
  const reread = () => queries.invalidateQueries({ queryKey: api.notices.key() });
  const turn = async () => {
    const next = state === 'active' ? 'paused' : 'active';
    await api.notices.changeWebhook.call({ ownerId, webhookId, state: next });
    await reread();
  };
  return (
    <>
      <Button kind="quiet" onClick={() => setLooking(true)}>
        {say('deliveries')}
      </Button>
      <Popup kind="quiet" label={ui('more')} name={`${ui('more')} ${name}`}>
        {(close) => (
          <>
            <button
              type="button"
              className="menu-item"
              onClick={() => {
                close();
                void turn();
              }}
            >
              {say(state === 'active' ? 'pause' : 'resume')}
            </button>
            <button
              type="button"
              className="menu-item"
              onClick={() => {
                close();
                setRemoving(true);
              }}
            >
              {say('removeIt')}
            </button>
          </>
        )}
      </Popup>
      <Ask
        open={removing}
        onClose={() => setRemoving(false)}
        title={`${say('removeIt')} · ${name}`}
        verb={say('removeIt')}
        done={say('removed')}
        danger
        send={async () => {
          await api.notices.removeWebhook.call({ ownerId, webhookId });
          await reread();
        }}
      >
        <p>{say('removeWhy')}</p>
      </Ask>
      <Deliveries webhook={webhook} open={looking} onClose={() => setLooking(false)} />
    </>
  );
}

const isAddress = (text: string): boolean => /^https?:\/\/[^\s/]+/.test(text.trim());

function AddWebhook({ ownerId }: { ownerId: string }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [kinds, setKinds] = useState<readonly string[]>([]);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {say('add')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('add')}
        verb={say('add')}
        done={say('added')}
        ready={name.trim() !== '' && isAddress(url)}
        send={async () => {
          const created = await api.notices.createWebhook.call({
            ownerId,
            name,
            url: url.trim(),
            kinds: [...kinds],
          });
          setSecret(created.secret);
          setName('');
          setUrl('');
          setKinds([]);
          await queries.invalidateQueries({ queryKey: api.notices.key() });
        }}
      >
        <PlainText name="name" label={say('name')} required value={name} onChange={setName} />
        <PlainText
          name="url"
          label={say('url')}
          help={say('urlHelp')}
          type="url"
          required
          value={url}
          onChange={setUrl}
          {...(isAddress(url) ? {} : { problem: say('urlWrong') })}
        />
        <fieldset className="notices-kinds">
          <legend>{say('kinds')}</legend>
          <small>{say('kindsHelp')}</small>
          {noticeKinds.map((kind) => (
            <label key={kind} className="menu-item">
              <input
                type="checkbox"
                checked={kinds.includes(kind)}
                onChange={(event) =>
                  setKinds(
                    event.target.checked
                      ? [...kinds, kind]
                      : kinds.filter((other) => other !== kind),
                  )
                }
              />
              {say(`kind.${kind}`)}
            </label>
          ))}
        </fieldset>
      </Ask>
      <ShowOnce title={say('secret')} secret={secret} onClose={() => setSecret(null)}>
        <p className="notices-quiet">{say('secretWhy')}</p>
      </ShowOnce>
    </>
  );
}
