import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import type { Account } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Loading } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { isEmail, isPassword } from './account-rules.ts';
import { StepForm } from './step-form.tsx';
import { StepText } from './step-text.tsx';
import { useGoOn } from './use-go-on.ts';
import { words } from './words.ts';

/**
 * Opens an account, freely or with `?invitation=` of the address; who is signed in already accepts
 * the invitation.
 */
export function RegisterPage() {
  const { account, known } = useSession();
  const [opening, setOpening] = useState(false);
  if (!known) return <Loading />;
  if (account === null || opening) return <OpenAccount onOpening={setOpening} />;
  return <AcceptInvitation account={account} />;
}

/** `onOpening` keeps the form in place while its own account comes in. */
function OpenAccount({ onOpening }: { onOpening: (opening: boolean) => void }) {
  const api = useApi();
  const say = useWords(words);
  const goOn = useGoOn();
  const [given] = useQueryParameter('invitation');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [invitation, setInvitation] = useState(given);
  const send = async () => {
    const token = invitation.trim();
    const mail = email.trim();
    await api.parties.register.call({
      ...{ name: name.trim(), email: mail, password },
      ...(token === '' ? {} : { invitationToken: token }),
    });
    onOpening(true);
    await api.auth.signIn.call({ email: mail, password });
    await goOn();
  };
  const problems = {
    name: name.trim() === '' ? say('nameMissing') : undefined,
    email: isEmail(email) ? undefined : say('emailWrong'),
    password: isPassword(password) ? undefined : say('newWrong'),
  };
  return (
    <StepForm
      name={say('registerTitle')}
      why={say('registerWhy')}
      verb={say('register')}
      ready={Object.values(problems).every((problem) => problem === undefined)}
      send={send}
      fields={(all) => (
        <>
          <StepText
            name="name"
            label={say('name')}
            help={say('nameHelp')}
            autoComplete="name"
            charactersMax={200}
            value={name}
            onChange={setName}
            problem={problems.name}
            all={all}
          />
          <StepText
            name="email"
            type="email"
            label={say('email')}
            autoComplete="username"
            value={email}
            onChange={setEmail}
            problem={problems.email}
            all={all}
          />
          <StepText
            name="password"
            type="password"
            label={say('password')}
            help={say('newHelp')}
            autoComplete="new-password"
            value={password}
            onChange={setPassword}
            problem={problems.password}
            all={all}
          />
          <InvitationField value={invitation} onChange={setInvitation} />
        </>
      )}
    >
      <p>
        {say('haveAccount')} <To href="/sign-in">{say('signIn')}</To>
      </p>
    </StepForm>
  );
}

function AcceptInvitation({ account }: { account: Account }) {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const goOn = useGoOn();
  const [given] = useQueryParameter('invitation');
  const [invitation, setInvitation] = useState(given);
  const send = async () => {
    const joined = await api.parties.acceptInvitation.call({ token: invitation.trim() });
    announce(say('accepted', { name: joined.organisationName }));
    await goOn();
  };
  return (
    <StepForm
      name={say('acceptTitle')}
      why={say('acceptWhy', { name: account.name })}
      verb={say('accept')}
      ready={invitation.trim() !== ''}
      send={send}
      fields={() => <InvitationField value={invitation} onChange={setInvitation} />}
    />
  );
}

function InvitationField(props: { value: string; onChange: (value: string) => void }) {
  const say = useWords(words);
  return (
    <StepText
      name="invitation"
      label={say('invitation')}
      help={say('invitationHelp')}
      charactersMax={100}
      {...props}
    />
  );
}
