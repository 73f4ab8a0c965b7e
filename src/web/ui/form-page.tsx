import { type ReactNode, useRef, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { Button } from './button.tsx';
import './form-page.css';
import { Properties } from './page-body.tsx';
import { PageHead } from './page-head.tsx';
import { Sheet } from './sheet.tsx';
import { ErrorState } from './states.tsx';
import type { Draft, Values } from './use-draft.ts';
import { When } from './when.tsx';
import { words } from './words.ts';

type FormPageProps<Fields extends Values> = {
  name: string;
  parent?: { name: string; href: string };
  why?: string;
  draft: Draft<Fields>;
  /** The verb on the button: `发布`. */
  verb: string;
  /** Sends it. Once it has resolved the draft is forgotten. */
  send: (values: Fields) => Promise<void>;
  /** What is read again before it is sent; for what cannot be undone. */
  summary?: (values: Fields) => readonly (readonly [string, ReactNode])[];
  children: ReactNode;
};

/**
 * A form: one column, help under the field, problems only after the field was left, a draft that
 * survives a reload, and with `summary` a last look before what cannot be undone.
 */
export function FormPage<Fields extends Values>(props: FormPageProps<Fields>) {
  const { draft, verb, summary, children } = props;
  const say = useWords(words);
  const form = useRef<HTMLFormElement>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrong, setWrong] = useState(0);

  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await props.send(draft.values);
      draft.discard();
    } catch (error) {
      setProblem(toProblem(error));
    }
    setAsking(false);
    setBusy(false);
  };
  const submit = () => {
    const fields = draft.review();
    setWrong(fields.length);
    const [first] = fields;
    if (first !== undefined) focusField(form.current, first);
    else if (summary !== undefined) setAsking(true);
    else void send();
  };
  return (
    <div className="form-page">
      <PageHead
        name={props.name}
        {...(props.parent === undefined ? {} : { parent: props.parent })}
        {...(props.why === undefined ? {} : { why: props.why })}
      />
      <DraftNote draft={draft} />
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) submit();
        }}
      >
        {children}
        {problem !== null && <ErrorState problem={problem} />}
        <div className="form-foot">
          <Button kind="main" type="submit" busy={busy}>
            {verb}
          </Button>
          <span role="status" className="form-wrong">
            {wrong > 0 && say('fixFields', { count: wrong })}
          </span>
          <small>{say('draftKept')}</small>
        </div>
      </form>
      {summary !== undefined && (
        <Sheet
          open={asking}
          onClose={() => setAsking(false)}
          from="centre"
          title={say('reviewFirst')}
          foot={
            <>
              <Button onClick={() => setAsking(false)}>{say('goBack')}</Button>
              <Button kind="main" busy={busy} onClick={() => void send()}>
                {verb}
              </Button>
            </>
          }
        >
          <Properties rows={summary(draft.values)} />
          <p className="form-final">{say('cannotUndo')}</p>
        </Sheet>
      )}
    </div>
  );
}

function DraftNote<Fields extends Values>({ draft }: { draft: Draft<Fields> }) {
  const say = useWords(words);
  if (draft.restoredAt === undefined) return null;
  const [before, after] = say('draftRestored', { at: '\n' }).split('\n');
  return (
    <p className="form-restored">
      <span>
        {before}
        <When at={draft.restoredAt} />
        {after}
      </span>
      <Button kind="quiet" onClick={draft.discard}>
        {say('discard')}
      </Button>
    </p>
  );
}

function focusField(form: HTMLFormElement | null, field: string): void {
  const control = form?.querySelector(`[data-field="${CSS.escape(field)}"]`);
  const target = control?.querySelector('input, textarea, select, button');
  if (target instanceof HTMLElement) target.focus();
}
