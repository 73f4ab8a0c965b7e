import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { Digest } from '#web/ui/copy-text.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { accountWords } from './account-words.ts';
import { ApiKeys } from './api-keys.tsx';
import { Members } from './members.tsx';
import './parties.css';
import { PartyName } from './party-name.tsx';
import { SecureAccount } from './secure-account.tsx';
import { Services } from './services.tsx';
import { Standing } from './standing.tsx';
import { useMe } from './use-me.ts';
import { words } from './words.ts';

export type Party = Outputs['parties']['getParty'];

/** One party: who it is, and for its own people what belongs to it. */
export function PartyPage() {
  const api = useApi();
  const say = useWords(words);
  const partyId = useParameter('partyId');
  const query = useQuery(api.parties.getParty.queryOptions({ input: { partyId } }));
  return (
    <>
      {query.data === undefined && (
        <PageHead name={say('title')} parent={{ name: say('title'), href: '/parties' }} />
      )}
      <Loaded query={query} lines={6}>
        {(party) => <PartyBody party={party} />}
      </Loaded>
    </>
  );
}

function PartyBody({ party }: { party: Party }) {
  const me = useMe();
  const say = useWords(words);
  const account = useWords(accountWords);
  const { id, kind, name, description, organisationId, createdAt, suspended } = party;
  const roleIn = (organisation: string) =>
    me?.memberships.find((membership) => membership.organisationId === organisation)?.role ?? null;
  const role = roleIn(kind === 'organisation' ? id : (organisationId ?? ''));
  const administers = role === 'administrator';
  const secures = me?.roles.includes('security_administrator') === true && id !== me.id;
  const isProgram = kind === 'service' || kind === 'device';
  return (
    <>
      <PageHead
        name={name}
        parent={{ name: say('title'), href: '/parties' }}
        state={
          <>
            <Standing suspended={suspended} />
            <span className="party-kind">{say(kind)}</span>
          </>
        }
        why={description || say(suspended ? 'suspendedWhy' : 'activeWhy')}
        main={
          <>
            {kind === 'organisation' && administers && <EditOrganisation party={party} />}
            {id === me?.id && (
              <ButtonLink kind="main" href="/account">
                {account('title')}
              </ButtonLink>
            )}
          </>
        }
      />
      <PageBody
        side={
          <Section title={say('about')}>
            <Properties
              rows={[
                [say('kind'), say(kind)],
                ...(organisationId === null
                  ? []
                  : [[say('of'), <PartyName key="of" id={organisationId} />] as const]),
                [say('created'), <When key="created" at={createdAt} />],
                [say('identifier'), <Digest key="id" value={id} />],
              ]}
            />
          </Section>
        }
      >
        {kind === 'organisation' &&
          (role === null ? (
            <p className="party-quiet">{say('membersHidden')}</p>
          ) : (
            <>
              <Members organisationId={id} administers={administers} />
              <Services organisationId={id} administers={administers} />
            </>
          ))}
        {isProgram && administers && <ApiKeys partyId={id} />}
        {secures && kind !== 'organisation' && <SecureAccount party={party} />}
      </PageBody>
    </>
  );
}

function EditOrganisation({ party }: { party: Party }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState(party.name);
  const [description, setDescription] = useState(party.description);
  return (
    <>
      <Button icon="pencil" onClick={() => setOpen(true)}>
        {say('edit')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('edit')}
        verb={say('save')}
        done={say('saved')}
        ready={name.trim() !== ''}
        send={async () => {
          await api.parties.updateOrganisation.call({
            organisationId: party.id,
            name,
            description,
          });
          await queries.invalidateQueries({ queryKey: api.parties.key() });
        }}
      >
        <PlainText name="name" label={say('name')} required value={name} onChange={setName} />
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
