import { type ReactNode, useId, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { useAnnounce } from './announce.tsx';
import './ask.css';
import { Button } from './button.tsx';
import { Properties } from './page-body.tsx';
import { PlainText } from './plain-fields.tsx';
import { Sheet } from './sheet.tsx';
import { FormProblem } from './states.tsx';
import { words } from './words.ts';

type AskProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  /** The verb on the button that does it. */
  verb: string;
  /** Does it. What it throws is shown, and what was filled in stays. */
  send: (reason: string) => Promise<unknown>;
  /** Said once it is done. */
  done?: string;
  /** For what takes something away. */
  danger?: boolean;
  /** False while something that is needed is missing. */
  ready?: boolean;
  /** What is read again before it is sent. */
  summary?: readonly (readonly [string, ReactNode])[];
  /** Asks for a reason in words, which `send` gets; without it, `send` gets an empty text. */
  reason?: { label: string; help: string };
  /** Says that it cannot be undone. */
  final?: boolean;
  /** What will happen, and the fields that it needs. */
  children?: ReactNode;
};

const reasonCharactersMax = 2_000;

/** Asks before it does something: what will happen, a few fields, one verb. Enter sends. */
export function Ask(props: AskProps) {
  const { open, onClose, title, verb, danger = false, ready = true, children, summary } = props;
  const say = useWords(words);
  const announce = useAnnounce();
  const form = useId();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const close = () => {
    setProblem(null);
    setTried(false);
    onClose();
  };
  const reasonMissing = props.reason !== undefined && reason.trim() === '';
  const send = async () => {
    setTried(true);
    if (reasonMissing) return;
    setBusy(true);
    setProblem(null);
    try {
      await props.send(reason.trim());
      if (props.done !== undefined) announce(props.done);
      setReason('');
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
        {summary !== undefined && <Properties rows={summary} />}
        {children}
        {props.reason !== undefined && (
          <PlainText
            name="reason"
            {...props.reason}
            required
            lines={4}
            charactersMax={reasonCharactersMax}
            value={reason}
            onChange={setReason}
            problem={reasonMissing ? say('mustFill') : undefined}
            all={tried}
          />
        )}
        {props.final === true && <p className="ask-final">{say('cannotUndo')}</p>}
        {problem !== null && <FormProblem problem={problem} />}
      </form>
    </Sheet>
  );
}
