import type { ReactNode } from 'react';
import type { Problem } from '#web/problem.ts';
import { Button } from '#web/ui/button.tsx';
import { FormProblem } from '#web/ui/states.tsx';

/** Fields, what went wrong, one verb. Nothing of it is kept in the browser. */
export function SignInForm({
  verb,
  busy,
  problem,
  ready,
  onSend,
  children,
}: {
  verb: string;
  busy: boolean;
  problem: Problem | null;
  ready: boolean;
  onSend: () => Promise<void>;
  children: ReactNode;
}) {
  return (
    <form
      className="sign-in-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void onSend();
      }}
    >
      {children}
      {problem !== null && <FormProblem problem={problem} />}
      <Button kind="main" type="submit" busy={busy} disabled={!ready}>
        {verb}
      </Button>
    </form>
  );
}
