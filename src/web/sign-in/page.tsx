import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useForgetOthers, useSession } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { Personas } from './personas.tsx';
import { placeAfter } from './place-after.ts';
import { SecondStep } from './second-step.tsx';
import './sign-in.css';
import { SignInForm } from './sign-in-form.tsx';
import { useSend } from './use-send.ts';
import { words } from './words.ts';

/** Signs in with mail address and password, and with the second factor where there is one. */
export function SignInPage() {
  const say = useWords(words);
  const { account } = useSession();
  const [half, setHalf] = useState(false);
  const arrive = useArrive();
  if (account !== null) {
    return (
      <>
        <PageHead name={say('title')} />
        <EmptyState
          what={say('already', { name: account.name })}
          why={say('alreadyWhy')}
          next={<ButtonLink href="/account">{say('account')}</ButtonLink>}
        />
      </>
    );
  }
  return (
    <>
      <PageHead name={say(half ? 'secondTitle' : 'title')} why={say(half ? 'secondWhy' : 'why')} />
      <div className="sign-in">
        {half ? (
          <SecondStep onDone={arrive} onBack={() => setHalf(false)} />
        ) : (
          <>
            <FirstStep onDone={arrive} onHalf={() => setHalf(true)} />
            <Personas onDone={arrive} />
          </>
        )}
      </div>
    </>
  );
}

function useArrive(): () => Promise<void> {
  const api = useApi();
  const router = useRouter();
  const announce = useAnnounce();
  const say = useWords(words);
  const forget = useForgetOthers();
  const [to] = useQueryParameter('to');
  return async () => {
    await forget();
    announce(say('signedIn'));
    const { mustChangePassword } = await api.parties.me.call({});
    router.history.push(mustChangePassword ? '/account' : placeAfter(to));
  };
}

function FirstStep({ onDone, onHalf }: { onDone: () => Promise<void>; onHalf: () => void }) {
  const api = useApi();
  const say = useWords(words);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { send, busy, problem } = useSend(async () => {
    const entered = await api.auth.signIn.call({ email: email.trim(), password });
    if (entered.secondFactorNeeded) onHalf();
    else await onDone();
  });
  return (
    <Section title={say('signIn')}>
      <SignInForm
        verb={say('signIn')}
        busy={busy}
        problem={problem}
        ready={email.trim() !== '' && password !== ''}
        onSend={send}
      >
        <PlainText
          name="email"
          label={say('email')}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={setEmail}
        />
        <PlainText
          name="password"
          label={say('password')}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={setPassword}
        />
      </SignInForm>
      <p className="sign-in-quiet">{say('forgot')}</p>
      <p className="sign-in-quiet">
        {say('noAccount')} · <To href="/register">{say('register')}</To>
      </p>
    </Section>
  );
}
