import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '#web/api.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { type Answered, askTask } from './ask-task.ts';
import type { Asked } from './asked.ts';
import type { TriedTask } from './served-tasks.ts';

export type Asking = {
  /** What was asked last. */
  asked: Asked | null;
  /** Its latest answer; none before the first, or where the last call failed. */
  answered: Answered | null;
  problem: Problem | null;
  /** Of all calls of what was asked last, in milliseconds. */
  times: readonly Pick<Answered, 'tookMs' | 'roundTripMs'>[];
  running: { since: string; wasAwake: boolean; done: number; of: number } | null;
};

const nothing: Asking = { asked: null, answered: null, problem: null, times: [], running: null };

/** Asks the model of a trial, one call after the other. What is asked anew puts an end to what was running. */
export function useAsking({ trialId, process }: TriedTask) {
  const api = useApi();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(nothing);
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);

  const run = async (from: Asking, asked: Asked, of: number) => {
    controller.current?.abort();
    const mine = new AbortController();
    controller.current = mine;
    const since = new Date().toISOString();
    let now: Asking = { ...from, asked, problem: null };
    const show = (change: Partial<Asking>) => {
      now = { ...now, ...change };
      if (!mine.signal.aborted) setAsking(now);
    };
    try {
      for (let done = 0; done < of; done += 1) {
        show({ running: { since, wasAwake: process === 'awake' || done > 0, done, of } });
        const answered = await askTask(trialId, asked, mine.signal);
        show({ answered, times: [...now.times, answered] });
      }
      show({ running: null });
    } catch (error) {
      show({ running: null, answered: null, problem: toProblem(error) });
    }
    await queries.invalidateQueries({ queryKey: api.serving.key() });
  };

  return {
    ...asking,
    ask: (asked: Asked) => void run(nothing, asked, 1),
    repeat: (count: number) => {
      if (asking.asked !== null) void run(asking, asking.asked, count);
    },
    /** What was answered so far stays. */
    cancel: () => {
      controller.current?.abort();
      setAsking((before) => ({ ...before, running: null }));
    },
  };
}
