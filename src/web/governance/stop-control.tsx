import { lazy, Suspense, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { Button } from '#web/ui/button.tsx';
import './stop-control.css';
import { stopWords } from './stop-words.ts';

// Fetched with the first click: the control stands on the home page too.
const StopQuestion = lazy(async () => ({
  default: (await import('./stop-question.tsx')).StopQuestion,
}));

export type StopTarget = {
  type: 'serving.deployment' | 'city.rule' | 'city.thing';
  id: string;
};

export type StopControlProps = {
  target: StopTarget;
  /** What people call it. */
  name: string;
  stopped: boolean;
};

/**
 * 急停 for whoever may, or 解除 where it is stopped: each asks for a reason first. Nothing for others;
 * the server decides in the end.
 */
export function StopControl(props: StopControlProps) {
  const say = useWords(stopWords);
  const { account } = useSession();
  const [asked, setAsked] = useState(false);
  const [open, setOpen] = useState(false);
  const mayStop = account?.roles.some((role) => role === 'operator' || role === 'auditor') ?? false;
  if (!mayStop) return null;
  const ask = () => {
    setAsked(true);
    setOpen(true);
  };
  return (
    <span className="stop-control">
      {props.stopped ? (
        <Button onClick={ask}>{say('release')}</Button>
      ) : (
        <Button kind="danger" icon="stop" onClick={ask}>
          {say('stop')}
        </Button>
      )}
      {asked && (
        <Suspense>
          <StopQuestion {...props} open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </span>
  );
}
