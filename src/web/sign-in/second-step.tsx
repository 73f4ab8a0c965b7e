import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { StepForm } from './step-form.tsx';
import { StepText } from './step-text.tsx';
import { words } from './words.ts';

const codeForm = /^\d{6}$/;

type SecondStepProps = { onEntered: () => Promise<void>; onStartAgain: () => void };

/** The second factor: a code from the app, or else a recovery code. */
export function SecondStep({ onEntered, onStartAgain }: SecondStepProps) {
  const api = useApi();
  const say = useWords(words);
  const [recovery, setRecovery] = useState(false);
  const [text, setText] = useState('');
  const code = text.replaceAll(/\s/g, '');
  const fits = recovery ? code !== '' : codeForm.test(code);
  const change = () => {
    setRecovery(!recovery);
    setText('');
  };
  const send = async () => {
    await (recovery ? api.auth.verifyRecoveryCode : api.auth.verifyCode).call({ code });
    await onEntered();
  };
  return (
    <StepForm
      key={String(recovery)}
      focus
      name={say(recovery ? 'recoveryTitle' : 'codeTitle')}
      why={say(recovery ? 'recoveryWhy' : 'codeWhy')}
      verb={say('verify')}
      ready={fits}
      send={send}
      fields={(all) => (
        <StepText
          name="code"
          label={say(recovery ? 'recovery' : 'code')}
          autoComplete={recovery ? 'off' : 'one-time-code'}
          {...(recovery ? {} : { inputMode: 'numeric', help: say('codeHelp') })}
          value={text}
          onChange={setText}
          problem={fits ? undefined : say(recovery ? 'recoveryMissing' : 'codeWrong')}
          all={all}
        />
      )}
    >
      <Button kind="quiet" onClick={change}>
        {say(recovery ? 'useCode' : 'useRecovery')}
      </Button>
      <Button kind="quiet" icon="back" onClick={onStartAgain}>
        {say('startAgain')}
      </Button>
    </StepForm>
  );
}
