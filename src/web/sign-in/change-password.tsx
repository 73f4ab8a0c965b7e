import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useEnter } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button } from '#web/ui/button.tsx';
import { isPassword } from './account-rules.ts';
import { StepForm } from './step-form.tsx';
import { StepText } from './step-text.tsx';
import { words } from './words.ts';

/** Replaces a one-time password before anything else. `current` is empty where it was not just typed. */
export function ChangePassword(props: { current: string; onDone: () => Promise<void> }) {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const { leave } = useEnter();
  const [typed, setTyped] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const current = props.current || typed;
  const nextProblem = !isPassword(next) ? 'newWrong' : next === current ? 'newSame' : null;
  const send = async () => {
    await api.auth.changePassword.call({ currentPassword: current, newPassword: next });
    announce(say('changed'));
    await props.onDone();
  };
  return (
    <StepForm
      focus
      name={say('changeTitle')}
      why={say('changeWhy')}
      verb={say('change')}
      ready={current !== '' && nextProblem === null && again === next}
      send={send}
      fields={(all) => (
        <>
          {props.current === '' && (
            <StepText
              name="current"
              type="password"
              label={say('current')}
              autoComplete="current-password"
              value={typed}
              onChange={setTyped}
              problem={typed === '' ? say('passwordMissing') : undefined}
              all={all}
            />
          )}
          <StepText
            name="new"
            type="password"
            label={say('newPassword')}
            help={say('newHelp')}
            autoComplete="new-password"
            value={next}
            onChange={setNext}
            problem={nextProblem === null ? undefined : say(nextProblem)}
            all={all}
          />
          <StepText
            name="again"
            type="password"
            label={say('again')}
            autoComplete="new-password"
            value={again}
            onChange={setAgain}
            problem={again === next ? undefined : say('againWrong')}
            all={all}
          />
        </>
      )}
    >
      <Button kind="quiet" icon="out" onClick={() => void leave()}>
        {say('signOut')}
      </Button>
    </StepForm>
  );
}
