/** Anything that runs long. `run` ends when its signal is aborted, or rejects when it cannot go on. */
export type Service = {
  name: string;
  run(signal: AbortSignal): Promise<void>;
  /** Finishes what has been begun, takes nothing new. */
  drain?(): Promise<void>;
};

/** Resolves after the time, or at once when the signal is aborted. Never rejects. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}

/** A bell that a service sleeps by: `ring` ends the sleep now, or the next one before it begins. */
export type Bell = {
  ring(): void;
  sleep(millisecondsMax: number, signal: AbortSignal): Promise<void>;
};

export function createBell(): Bell {
  let rung = false;
  let wake: AbortController | null = null;
  return {
    ring() {
      rung = true;
      wake?.abort();
    },
    async sleep(millisecondsMax, signal) {
      if (!rung) {
        wake = new AbortController();
        await pause(millisecondsMax, AbortSignal.any([signal, wake.signal]));
        wake = null;
      }
      rung = false;
    },
  };
}
