import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { Digest } from '#web/ui/copy-text.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { accountWords } from './account-words.ts';
import { ApiKeys } from './api-keys.tsx';
import { auditWords } from './audit-words.ts';
import { Delegations } from './delegations.tsx';
import './parties.css';
import { PasswordSection } from './password-section.tsx';
import { SecondFactor } from './second-factor.tsx';
import { type Me, useMe } from './use-me.ts';

/** What belongs to the one who is signed in: who they are, how they sign in, who acts for them. */
export function AccountPage() {
  const say = useWords(accountWords);
  const { known, account } = useSession();
  const me = useMe();
  const signIn = '/sign-in?to=/account';
  return (
    <>
      <PageHead
        name={say('title')}
        why={say('why')}
        {...(me === null
          ? {}
          : { main: <ButtonLink href={`/parties/${me.id}`}>{say('publicPage')}</ButtonLink> })}
      />
      {me !== null && <AccountBody me={me} isPersona={account?.persona !== null} />}
      {me === null && !known && <Loading />}
      {me === null && known && (
        <EmptyState
          what={say('signInFirst')}
          why={say('signInWhy')}
          next={
            <ButtonLink kind="main" href={signIn}>
              {say('signIn')}
            </ButtonLink>
          }
        />
      )}
    </>
  );
}

function AccountBody({ me, isPersona }: { me: Me; isPersona: boolean }) {
  const say = useWords(accountWords);
  if (me.mustChangePassword) {
    return (
      <PageBody>
        <p className="account-alert" role="alert">
          {say('mustChange')}
        </p>
        <PasswordSection />
      </PageBody>
    );
  }
  return (
    <PageBody side={<Who me={me} />}>
      <Invitations />
      {isPersona ? (
        <p className="account-alert">{say('demonstration')}</p>
      ) : (
        <>
          <PasswordSection />
          <SecondFactor on={me.secondFactor} />
        </>
      )}
      <ApiKeys partyId={me.id} />
      <Delegations me={me} />
    </PageBody>
  );
}

function Who({ me }: { me: Me }) {
  const say = useWords(accountWords);
  const role = useWords(auditWords);
  return (
    <Section title={say('who')}>
      <Properties
        rows={[
          ...(me.email === null ? [] : [[say('email'), me.email] as const]),
          [
            say('organisations'),
            me.memberships.length === 0 ? (
              say('organisationsNone')
            ) : (
              <ul key="organisations">
                {me.memberships.map(({ organisationId, organisationName }) => (
                  <li key={organisationId}>
                    <To href={`/parties/${organisationId}`}>{organisationName}</To>
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            say('roles'),
            me.roles.length === 0 ? say('rolesNone') : me.roles.map((each) => role(each)).join(' '),
          ],
          [say('identifier'), <Digest key="id" value={me.id} />],
        ]}
      />
    </Section>
  );
}

function Invitations() {
  const api = useApi();
  const say = useWords(accountWords);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [token, setToken] = useState('');
  const { data } = useQuery(api.parties.listInvitations.queryOptions({ input: { limit: 25 } }));
  const accept = async (by: { invitationId: string } | { token: string }) => {
    const joined = await api.parties.acceptInvitation.call(by);
    announce(say('joined', { name: joined.organisationName }));
    await queries.invalidateQueries({ queryKey: api.parties.key() });
  };
  return (
    <Section
      title={say('invitations')}
      action={<Button onClick={() => setAsking(true)}>{say('haveToken')}</Button>}
    >
      {data?.items.length === 0 && <p className="party-quiet">{say('invitationsNone')}</p>}
      <ul className="side-list">
        {data?.items.map(({ id, organisationName, expiresAt }) => (
          <li key={id}>
            <span>{say('invitedTo', { name: organisationName })}</span>
            <span className="side-note">{say('until', { at: formatInstant(expiresAt) })}</span>
            <Button kind="main" onClick={() => void accept({ invitationId: id })}>
              {say('join')}
            </Button>
          </li>
        ))}
      </ul>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('haveToken')}
        verb={say('join')}
        ready={token.trim() !== ''}
        send={() => accept({ token: token.trim() })}
      >
        <PlainText name="token" label={say('token')} required value={token} onChange={setToken} />
      </Ask>
    </Section>
  );
}
