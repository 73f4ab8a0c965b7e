import { useState } from 'react';
import { type Problem, toProblem } from '#web/problem.ts';

/** Sends a form once at a time and keeps what stood in the way. */
export function useSend(run: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await run();
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  };
  return { send, busy, problem };
}
