import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { useSend } from './use-send.ts';
import { words } from './words.ts';

/** The second factor: the code of an app, or a recovery code when the phone is lost. */
export function SecondStep({
  onDone,
  onBack,
}: {
  onDone: () => Promise<void>;
  onBack: () => void;
}) {
  const api = useApi();
  const say = useWords(words);
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const { send, busy, problem } = useSend(async () => {
    const input = { code: code.trim() };
    if (recovery) await api.auth.verifyRecoveryCode.call(input);
    else await api.auth.verifyCode.call(input);
    await onDone();
  });
  return (
    <Section title={say('secondTitle')}>
      <SignInForm
        verb={say('confirm')}
        busy={busy}
        problem={problem}
        ready={recovery ? code.trim() !== '' : /^\d{6}$/.test(code.trim())}
        onSend={send}
      >
        <PlainText
          key={String(recovery)}
          name="code"
          label={say(recovery ? 'recoveryCode' : 'code')}
          autoComplete="one-time-code"
          {...(recovery ? {} : { inputMode: 'numeric' as const, charactersMax: 6 })}
          required
          value={code}
          onChange={setCode}
        />
      </SignInForm>
      <p className="sign-in-more">
        <Button
          kind="quiet"
          onClick={() => {
            setRecovery(!recovery);
            setCode('');
          }}
        >
          {say(recovery ? 'useCode' : 'useRecovery')}
        </Button>
        <Button kind="quiet" onClick={onBack}>
          {say('startAgain')}
        </Button>
      </p>
    </Section>
  );
}
