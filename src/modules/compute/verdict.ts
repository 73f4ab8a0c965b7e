import type { RunEnd } from './isolation.ts';

/** The end of a run: the first cause stands, and whatever it brings about afterwards is no cause. */
export type Verdict = {
  decide(end: RunEnd): void;
  get(): RunEnd | null;
  /** Aborted as soon as there is an end. */
  signal: AbortSignal;
};

export function createVerdict(): Verdict {
  const controller = new AbortController();
  let decided: RunEnd | null = null;
  return {
    decide(end) {
      if (decided !== null) return;
      decided = end;
      controller.abort();
    },
    get: () => decided,
    signal: controller.signal,
  };
}
