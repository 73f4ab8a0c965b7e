import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { passwordCharactersMin } from '#web/parties/password-section.tsx';
import { useForgetOthers } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import './sign-in.css';
import { SignInForm } from './sign-in-form.tsx';
import { useSend } from './use-send.ts';
import { words } from './words.ts';

/** Opens an account, with the token of an invitation or freely where that is allowed. */
export function RegisterPage() {
  const api = useApi();
  const say = useWords(words);
  const router = useRouter();
  const announce = useAnnounce();
  const forget = useForgetOthers();
  const [given] = useQueryParameter('token');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [token, setToken] = useState(given);
  const short = password.length < passwordCharactersMin;
  const noMail = !/^\S+@\S+\.\S+$/.test(email.trim());
  const noName = name.trim() === '';
  const { send, busy, problem } = useSend(async () => {
    const account = { email: email.trim(), password };
    await api.parties.register.call({
      ...account,
      name: name.trim(),
      ...(token.trim() === '' ? {} : { invitationToken: token.trim() }),
    });
    await api.auth.signIn.call(account);
    await forget();
    announce(say('registered'));
    router.history.push('/account');
  });
  return (
    <>
      <PageHead
        name={say('registerTitle')}
        parent={{ name: say('title'), href: '/sign-in' }}
        why={say('registerWhy')}
      />
      <div className="section sign-in-alone">
        <SignInForm
          verb={say('register')}
          busy={busy}
          problem={problem}
          ready={!short && !noMail && !noName}
          onSend={send}
        >
          <PlainText
            name="name"
            label={say('name')}
            help={say('nameHelp')}
            autoComplete="name"
            required
            value={name}
            onChange={setName}
            {...(noName ? { problem: say('nameMissing') } : {})}
          />
          <PlainText
            name="email"
            label={say('email')}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={setEmail}
            {...(noMail ? { problem: say('emailWrong') } : {})}
          />
          <PlainText
            name="password"
            label={say('password')}
            help={say('passwordHelp')}
            type="password"
            autoComplete="new-password"
            required
            value={password}
            onChange={setPassword}
            {...(short ? { problem: say('tooShort') } : {})}
          />
          <PlainText
            name="token"
            label={say('token')}
            help={say('tokenHelp')}
            value={token}
            onChange={setToken}
          />
        </SignInForm>
      </div>
    </>
  );
}
