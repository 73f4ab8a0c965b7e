import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { PartiesTabs } from './parties-tabs.tsx';
import { PartyName } from './party-name.tsx';
import { Standing } from './standing.tsx';
import { words } from './words.ts';

type Party = Outputs['parties']['listParties']['items'][number];

const kinds = ['organisation', 'person', 'service', 'device'] as const;

/** The directory of everybody whom the reader may know of. */
export function PartiesPage() {
  const api = useApi();
  const say = useWords(words);
  const { account } = useSession();
  return (
    <>
      <PageHead
        name={say('title')}
        why={say('why')}
        {...(account === null ? {} : { main: <CreateOrganisation /> })}
      />
      <PartiesTabs />
      <DataList<Party>
        key={account?.id ?? ''}
        name={say('title')}
        count={(count) => say('count', { count })}
        queryKey={api.parties.listParties.key()}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/parties/${id}`}
        filters={[
          {
            key: 'kind',
            label: say('kind'),
            single: true,
            options: kinds.map((value) => ({ value, label: say(value) })),
          },
        ]}
        load={({ search, filters, cursor, limit }) => {
          const kind = oneOf(kinds, filters.kind);
          return api.parties.listParties.call({
            ...given({ limit, query: search, cursor, kind }),
          });
        }}
        empty={<EmptyState what={say('none')} why={say('noneWhy')} />}
        columns={[
          { key: 'name', title: say('name'), text: ({ name }) => name },
          { key: 'kind', title: say('kind'), text: ({ kind }) => say(kind) },
          {
            key: 'of',
            title: say('of'),
            text: ({ organisationId }) => organisationId ?? '',
            render: ({ organisationId }) =>
              organisationId === null ? '' : <PartyName id={organisationId} />,
          },
          {
            key: 'state',
            title: say('state'),
            text: ({ suspended }) => say(suspended ? 'suspended' : 'active'),
            render: ({ suspended }) => <Standing suspended={suspended} />,
          },
          {
            key: 'created',
            title: say('created'),
            text: ({ createdAt }) => createdAt,
            render: ({ createdAt }) => <When at={createdAt} />,
          },
        ]}
      />
    </>
  );
}

function CreateOrganisation() {
  const api = useApi();
  const say = useWords(words);
  const router = useRouter();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  return (
    <>
      <Button kind="main" icon="plus" onClick={() => setOpen(true)}>
        {say('createOrganisation')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('createOrganisation')}
        verb={say('createDo')}
        done={say('createdDone')}
        ready={name.trim() !== ''}
        send={async () => {
          const created = await api.parties.createOrganisation.call({ name, description });
          await queries.invalidateQueries({ queryKey: api.parties.key() });
          router.history.push(`/parties/${created.id}`);
        }}
      >
        <p>{say('createWhy')}</p>
        <PlainText
          name="name"
          label={say('name')}
          required
          charactersMax={200}
          value={name}
          onChange={setName}
          {...(name.trim() === '' ? { problem: say('nameMissing') } : {})}
        />
        <PlainText
          name="description"
          label={say('description')}
          lines={3}
          charactersMax={2000}
          value={description}
          onChange={setDescription}
        />
      </Ask>
    </>
  );
}
