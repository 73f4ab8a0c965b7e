import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatDuration } from '#web/format.ts';
import { useLanguage, useWords } from '#web/i18n.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { When } from '#web/ui/when.tsx';
import type { CaseView } from './views.ts';
import { words } from './words.ts';

const tickMs = 1_000;
const daySeconds = 86_400;

/** A public notice while it stands: its running clock, and how to object. */
export function NoticePanel({ found }: { found: CaseView }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const { account } = useSession();
  const [asking, setAsking] = useState(false);
  const raise = useMutation(
    api.cases.raiseObjection.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.cases.key() }),
    }),
  );
  const step = found.steps.find(({ state, kind }) => state === 'open' && kind === 'notice');
  if (step?.dueAt == null || step.stepId === null) return null;
  const { stepId, dueAt } = step;
  return (
    <section className="section notice-panel" aria-label={say('notice')}>
      <div>
        <h2>{say('notice')}</h2>
        <p>{say('noticeWhy')}</p>
        {step.demonstration && <p className="quiet">{say('demonstration')}</p>}
        <p className="quiet">
          {say('noticeEnds')} <When at={dueAt} />
        </p>
      </div>
      <Clock dueAt={dueAt} />
      <div className="notice-actions">
        {found.actions.includes('object') && (
          <Button kind="main" onClick={() => setAsking(true)}>
            {say('object')}
          </Button>
        )}
        {account === null && <SignInLink>{say('signInToObject')}</SignInLink>}
      </div>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('objectTitle')}
        verb={say('object')}
        done={say('objectDone')}
        reason={{ label: say('objectReason'), help: say('objectHelp') }}
        send={(reason) => raise.mutateAsync({ stepId, reason })}
      >
        <p>{say('objectWhy')}</p>
      </Ask>
    </section>
  );
}

/** The time that is left, running. */
function Clock({ dueAt }: { dueAt: string }) {
  const say = useWords(words);
  const language = useLanguage();
  const [now, setNow] = useState(Date.now);
  const leftSeconds = Math.ceil((Date.parse(dueAt) - now) / 1_000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  if (leftSeconds <= 0) return <p className="notice-clock quiet">{say('noticeOver')}</p>;
  const days = Math.floor(leftSeconds / daySeconds);
  const rest = formatDuration(leftSeconds % daySeconds, language);
  const dayWord = language === 'zh' ? '天' : 'd';
  return (
    <p className="notice-clock">
      <span className="quiet">{say('remaining')}</span>
      <span className="figures" role="timer">
        {days > 0 ? `${days} ${dayWord} ${rest}` : rest}
      </span>
    </p>
  );
}
