import { type ReactNode, useId, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { useAnnounce } from './announce.tsx';
import './ask.css';
import { Button } from './button.tsx';
import { Sheet } from './sheet.tsx';
import { ErrorState } from './states.tsx';
import { words } from './words.ts';

type AskProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  /** The verb on the button that does it. */
  verb: string;
  /** Does it. What it throws is shown, and what was filled in stays. */
  send: () => Promise<unknown>;
  /** Said once it is done. */
  done?: string;
  /** For what takes something away. */
  danger?: boolean;
  /** False while something that is needed is missing. */
  ready?: boolean;
  /** What will happen, and the fields that it needs. */
  children: ReactNode;
};

/** Asks before it does something: what will happen, a few fields, one verb. Enter sends. */
export function Ask(props: AskProps) {
  const { open, onClose, title, verb, danger = false, ready = true, children } = props;
  const say = useWords(words);
  const announce = useAnnounce();
  const form = useId();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const close = () => {
    setProblem(null);
    onClose();
  };
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await props.send();
      if (props.done !== undefined) announce(props.done);
      close();
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Sheet
      open={open}
      onClose={close}
      title={title}
      from="centre"
      foot={
        <>
          <Button onClick={close}>{say('cancel')}</Button>
          <Button
            kind={danger ? 'danger' : 'main'}
            type="submit"
            form={form}
            busy={busy}
            disabled={!ready}
          >
            {verb}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="ask"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) void send();
        }}
      >
        {children}
        {problem !== null && <ErrorState problem={problem} />}
      </form>
    </Sheet>
  );
}
