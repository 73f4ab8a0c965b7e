import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Command } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { accountWords } from './account-words.ts';
import { ShowOnce } from './show-once.tsx';

type Key = Outputs['parties']['listApiKeys']['items'][number];

const shown = 100;

/** The API keys of a person, service or device. */
export function ApiKeys({ partyId }: { partyId: string }) {
  const api = useApi();
  const say = useWords(accountWords);
  const query = useQuery(
    api.parties.listApiKeys.queryOptions({ input: { partyId, limit: shown } }),
  );
  const [revoking, setRevoking] = useState<Key | null>(null);
  return (
    <Section title={say('keys')} action={<CreateKey partyId={partyId} />}>
      <p className="party-quiet">{say('keysWhy')}</p>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{say('keysNone')}</p>
          ) : (
            <PlainTable
              name={say('keys')}
              rows={items}
              rowKey={({ id }) => id}
              columns={[
                { key: 'name', title: say('keyName'), cell: (key) => <KeyTitle apiKey={key} /> },
                {
                  key: 'created',
                  title: say('keyCreated'),
                  cell: ({ createdAt }) => <When at={createdAt} />,
                },
                {
                  key: 'expires',
                  title: say('keyExpires'),
                  cell: ({ expiresAt }) =>
                    expiresAt === null ? say('keyNever') : <When at={expiresAt} />,
                },
                {
                  key: 'used',
                  title: say('keyUsed'),
                  cell: ({ lastUsedAt }) =>
                    lastUsedAt === null ? say('keyUnused') : <When at={lastUsedAt} />,
                },
                {
                  key: 'revoke',
                  title: say('revokeKey'),
                  cell: (key) => (
                    <Button
                      kind="quiet"
                      aria-label={`${say('revokeKey')} ${key.name}`}
                      onClick={() => setRevoking(key)}
                    >
                      {say('revokeKey')}
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <RevokeKey partyId={partyId} apiKey={revoking} onClose={() => setRevoking(null)} />
    </Section>
  );
}

function KeyTitle({ apiKey }: { apiKey: Key }) {
  const say = useWords(accountWords);
  return (
    <span>
      {apiKey.name}
      {apiKey.loopbackOnly && <small className="party-quiet"> {say('loopbackOnly')}</small>}
    </span>
  );
}

function RevokeKey({
  partyId,
  apiKey,
  onClose,
}: {
  partyId: string;
  apiKey: Key | null;
  onClose: () => void;
}) {
  const api = useApi();
  const say = useWords(accountWords);
  const queries = useQueryClient();
  return (
    <Ask
      open={apiKey !== null}
      onClose={onClose}
      title={`${say('revokeKey')} · ${apiKey?.name ?? ''}`}
      verb={say('revokeKey')}
      done={say('keyRevoked')}
      danger
      send={async () => {
        if (apiKey === null) return;
        await api.parties.revokeApiKey.call({ partyId, keyId: apiKey.id });
        await queries.invalidateQueries({ queryKey: api.parties.listApiKeys.key() });
      }}
    >
      <p>{say('revokeKeyWhy')}</p>
    </Ask>
  );
}

const lifetimes = ['30', '90', '365', ''] as const;
const dayMs = 86_400_000;

function CreateKey({ partyId }: { partyId: string }) {
  const api = useApi();
  const say = useWords(accountWords);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [days, setDays] = useState<string>('90');
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {say('createKey')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('createKey')}
        verb={say('createKey')}
        done={say('keyDone')}
        ready={name.trim() !== ''}
        send={async () => {
          const created = await api.parties.createApiKey.call({
            partyId,
            name,
            ...(days === ''
              ? {}
              : { expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString() }),
          });
          setName('');
          setSecret(created.key);
          await queries.invalidateQueries({ queryKey: api.parties.listApiKeys.key() });
        }}
      >
        <PlainText
          name="name"
          label={say('keyName')}
          help={say('keyNameHelp')}
          required
          charactersMax={200}
          value={name}
          onChange={setName}
        />
        <PlainChoice
          name="days"
          label={say('keyExpires')}
          value={days}
          onChange={setDays}
          options={lifetimes.map((value) => ({
            value,
            label: value === '' ? say('keyNever') : say('days', { count: Number(value) }),
          }))}
        />
      </Ask>
      <ShowOnce title={say('keys')} secret={secret} onClose={() => setSecret(null)}>
        <p className="party-quiet">{say('keyCommand')}</p>
        <Command text={`export TOUYAN_KEY=${secret ?? ''}\ntouyan parties me`} />
      </ShowOnce>
    </>
  );
}
