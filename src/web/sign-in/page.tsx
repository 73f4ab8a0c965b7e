import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useEnter, useForgetOthers, useSession } from '#web/session/use-session.ts';
import { Button } from '#web/ui/button.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { Loading } from '#web/ui/states.tsx';
import { ChangePassword } from './change-password.tsx';
import { PasswordStep } from './password-step.tsx';
import { SecondStep } from './second-step.tsx';
import './sign-in.css';
import { useGoOn } from './use-go-on.ts';
import { words } from './words.ts';

type Step = 'password' | 'second' | 'leaving';

/** Signs in: mail address and password, the second factor where one is enabled, a password of one's own. */
export function SignInPage() {
  const api = useApi();
  const { account, known } = useSession();
  const forget = useForgetOthers();
  const goOn = useGoOn();
  const [step, setStep] = useState<Step>('password');
  // The password just typed, so that a one-time password need not be typed twice.
  const [password, setPassword] = useState('');
  const leave = async () => {
    setStep('leaving');
    await goOn();
  };
  const entered = async () => {
    const me = await api.parties.me.call({});
    if (me.mustChangePassword) {
      await forget();
      return;
    }
    await leave();
  };
  if (!known || step === 'leaving') return <Loading />;
  if (account?.mustChangePassword) return <ChangePassword current={password} onDone={leave} />;
  if (account !== null) return <SignedIn name={account.name} onGoOn={leave} />;
  if (step === 'second') {
    return <SecondStep onEntered={entered} onStartAgain={() => setStep('password')} />;
  }
  return (
    <PasswordStep
      onEntered={entered}
      onSecond={() => setStep('second')}
      onPassword={setPassword}
      onPersona={leave}
    />
  );
}

function SignedIn({ name, onGoOn }: { name: string; onGoOn: () => Promise<void> }) {
  const say = useWords(words);
  const { leave, busy } = useEnter();
  return (
    <div className="sign-in">
      <PageHead name={say('inTitle')} why={say('inWhy', { name })} />
      <div className="sign-in-others">
        <Button kind="main" onClick={() => void onGoOn()}>
          {say('goOn')}
        </Button>
        <Button icon="out" busy={busy} onClick={() => void leave()}>
          {say('signOut')}
        </Button>
      </div>
    </div>
  );
}
