import { type ReactNode, useState } from 'react';
import { type Problem, toProblem } from '#web/problem.ts';
import { Button } from '#web/ui/button.tsx';
import { FormProblem } from '#web/ui/states.tsx';
import type { Draft, Values } from '#web/ui/use-draft.ts';

/** A form inside a page: its fields, one verb, and what went wrong. */
export function SaveForm<Fields extends Values>({
  draft,
  verb,
  send,
  children,
}: {
  draft: Draft<Fields>;
  verb: string;
  send: (values: Fields) => Promise<void>;
  children: ReactNode;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async () => {
    if (draft.review().length > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      await send(draft.values);
      draft.discard();
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  };
  return (
    <form
      className="hub-publish-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      {children}
      {problem !== null && <FormProblem problem={problem} />}
      <Button kind="main" type="submit" busy={busy}>
        {verb}
      </Button>
    </form>
  );
}
