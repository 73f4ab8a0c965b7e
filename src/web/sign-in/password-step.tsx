import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useEnterAs } from '#web/layout/account-menu.tsx';
import { words as layoutWords, personaKey } from '#web/layout/words.ts';
import { useSession } from '#web/session/use-session.ts';
import { Button } from '#web/ui/button.tsx';
import { To } from '#web/ui/to.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { isEmail } from './account-rules.ts';
import { StepForm } from './step-form.tsx';
import { StepText } from './step-text.tsx';
import { words } from './words.ts';

type PasswordStepProps = {
  onEntered: () => Promise<void>;
  onSecond: () => void;
  onPassword: (password: string) => void;
  onPersona: () => Promise<void>;
};

/** Mail address and password; in a demonstration one click on a role. */
export function PasswordStep({ onEntered, onSecond, onPassword, onPersona }: PasswordStepProps) {
  const api = useApi();
  const say = useWords(words);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const send = async () => {
    const { secondFactorNeeded } = await api.auth.signIn.call({ email: email.trim(), password });
    onPassword(password);
    if (secondFactorNeeded) onSecond();
    else await onEntered();
  };
  return (
    <StepForm
      name={say('title')}
      why={say('why')}
      verb={say('signIn')}
      ready={isEmail(email) && password !== ''}
      send={send}
      fields={(all) => (
        <>
          <StepText
            name="email"
            type="email"
            label={say('email')}
            autoComplete="username"
            value={email}
            onChange={setEmail}
            problem={isEmail(email) ? undefined : say('emailWrong')}
            all={all}
          />
          <StepText
            name="password"
            type="password"
            label={say('password')}
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
            problem={password === '' ? say('passwordMissing') : undefined}
            all={all}
          />
        </>
      )}
    >
      <Register />
      <p>{say('forgotten')}</p>
      <Personas onEntered={onPersona} />
    </StepForm>
  );
}

function Register() {
  const say = useWords(words);
  const router = useRouter();
  const [to] = useQueryParameter('to');
  const href = to === '' ? '/register' : `/register?${new URLSearchParams({ to })}`;
  return (
    <p>
      {say('noAccount')}{' '}
      <To
        href={href}
        onClick={(event) => {
          event.preventDefault();
          router.history.replace(href);
        }}
      >
        {say('openAccount')}
      </To>
    </p>
  );
}

function Personas({ onEntered }: { onEntered: () => Promise<void> }) {
  const sayRole = useWords(layoutWords);
  const { personas } = useSession();
  const enterAs = useEnterAs();
  if (personas.length === 0) return null;
  return (
    <section className="sign-in-as" aria-labelledby="sign-in-as">
      <h2 id="sign-in-as">{sayRole('enterAs')}</h2>
      {personas.map(({ name }) => {
        const key = personaKey(name);
        const enter = async () => {
          if (await enterAs(name)) await onEntered();
        };
        return (
          <Button key={name} onClick={() => void enter()}>
            {key === null ? name : sayRole(key)}
          </Button>
        );
      })}
    </section>
  );
}
