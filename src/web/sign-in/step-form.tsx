import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { Button } from '#web/ui/button.tsx';
import { Icon } from '#web/ui/icon.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { useProblemSentence } from '#web/ui/states.tsx';
import { words as uiWords } from '#web/ui/words.ts';
import './sign-in.css';

type StepFormProps = {
  name: string;
  why: string;
  verb: string;
  /** Whether nothing is missing; the fields show what is once `all` is true. */
  ready: boolean;
  send: () => Promise<void>;
  fields: (all: boolean) => ReactNode;
  /** Takes the focus to the first field, on a step that follows another. */
  focus?: boolean;
  /** Other ways, below the form. */
  children?: ReactNode;
};

/** One step of signing in: a short form that keeps nothing, and what went wrong, in one sentence. */
export function StepForm(props: StepFormProps) {
  const { ready, focus = false } = props;
  const form = useRef<HTMLFormElement>(null);
  const [all, setAll] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (focus) form.current?.querySelector('input')?.focus();
  }, [focus]);
  const send = async () => {
    setAll(true);
    if (!ready) {
      setTimeout(() => focusFirstWrong(form.current));
      return;
    }
    setBusy(true);
    setProblem(null);
    await props.send().catch((error: unknown) => setProblem(toProblem(error)));
    setBusy(false);
  };
  return (
    <div className="sign-in">
      <PageHead name={props.name} why={props.why} />
      <form
        ref={form}
        method="post"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void send();
        }}
      >
        {props.fields(all)}
        <div role="alert">{problem !== null && <ProblemLine problem={problem} />}</div>
        <Button kind="main" type="submit" busy={busy}>
          {props.verb}
        </Button>
      </form>
      {props.children !== undefined && <div className="sign-in-others">{props.children}</div>}
    </div>
  );
}

function ProblemLine({ problem }: { problem: Problem }) {
  const say = useWords(uiWords);
  const sentence = useProblemSentence(problem);
  return (
    <>
      <p className="field-problem">
        <Icon name="alert" />
        {sentence}
      </p>
      <small>
        {say('code')} <code>{problem.code}</code>
      </small>
    </>
  );
}

function focusFirstWrong(form: HTMLFormElement | null): void {
  const control = form?.querySelector('[aria-invalid="true"]');
  if (control instanceof HTMLElement) control.focus();
}
