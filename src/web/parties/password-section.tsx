import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { FormProblem } from '#web/ui/states.tsx';
import { accountWords } from './account-words.ts';

/** As the platform's own rule: `parties.password_unfit`. */
export const passwordCharactersMin = 10;

/** Changes the password; other sessions end. */
export function PasswordSection() {
  const api = useApi();
  const say = useWords(accountWords);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [all, setAll] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const short = next.length < passwordCharactersMin;
  const differs = again !== next;
  const change = async () => {
    setAll(true);
    if (current === '' || short || differs) return;
    setBusy(true);
    setProblem(null);
    try {
      await api.auth.changePassword.call({ currentPassword: current, newPassword: next });
      announce(say('passwordDone'));
      for (const clear of [setCurrent, setNext, setAgain]) clear('');
      setAll(false);
      await queries.invalidateQueries({ queryKey: api.parties.me.key() });
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  };
  return (
    <Section title={say('password')} action={<OtherSessions />}>
      <form
        className="account-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void change();
        }}
      >
        <PlainText
          name="current"
          label={say('current')}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={setCurrent}
        />
        <PlainText
          name="next"
          label={say('next')}
          help={say('nextHelp')}
          type="password"
          autoComplete="new-password"
          required
          all={all}
          value={next}
          onChange={setNext}
          {...(short ? { problem: say('tooShort') } : {})}
        />
        <PlainText
          name="again"
          label={say('repeat')}
          type="password"
          autoComplete="new-password"
          required
          all={all}
          value={again}
          onChange={setAgain}
          {...(differs ? { problem: say('notEqual') } : {})}
        />
        {problem !== null && <FormProblem problem={problem} />}
        <Button kind="main" type="submit" busy={busy}>
          {say('passwordChange')}
        </Button>
        <small className="party-quiet">{say('passwordWhy')}</small>
      </form>
    </Section>
  );
}

function OtherSessions() {
  const api = useApi();
  const say = useWords(accountWords);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        {say('otherSessions')}
      </Button>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('otherSessions')}
        verb={say('otherSessions')}
        done={say('otherSessionsDone')}
        send={() => api.auth.revokeOtherSessions.call({})}
      >
        <p>{say('otherSessionsWhy')}</p>
      </Ask>
    </>
  );
}
