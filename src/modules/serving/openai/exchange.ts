import type { ServerResponse } from 'node:http';
import type { Call } from '#kernel/principal.ts';
import type { ServingOptions } from '../config.ts';
import { servingErrors } from '../errors.ts';
import type { Stops } from '../stops.ts';

/** One answer of a server elsewhere while it is under way. */
export type Exchange = {
  /** Aborts when the caller leaves, the trial is stopped, or it takes too long; the reason is the failure. */
  signal: AbortSignal;
  /** The trial that answers: its stop ends all of it. */
  watch(trialId: string): void;
  /** Ends all that goes on for it. */
  end(): void;
};

export type Exchanges = {
  /** Throws `serving.busy`. The exchange ends with the connection, if not before. */
  open(response: ServerResponse, call: Call): Exchange;
};

const LOOK_EVERY_MS = 200;
/** A caller who reads nothing is not waited for once the answer has ended. */
const LEAVE_MS = 500;

/** The answers that are under way on this server: bounded in number and time, and ended by a stop. */
export function createExchanges(
  options: Pick<ServingOptions, 'SERVING_REMOTE_CALLS_AT_ONCE' | 'SERVING_REMOTE_SECONDS_MAX'>,
  uses: { stops: Pick<Stops, 'isStopped'> },
): Exchanges {
  const countMax = options.SERVING_REMOTE_CALLS_AT_ONCE;
  const limit = options.SERVING_REMOTE_SECONDS_MAX;
  let count = 0;
  return {
    open(response, call) {
      call.signal.throwIfAborted();
      if (count >= countMax) throw servingErrors.make.busy({ limit: countMax, seconds: 1 });
      count += 1;
      const over = new AbortController();
      let watched: string | null = null;
      const look = async () => {
        const id = watched;
        if (id !== null && (await uses.stops.isStopped({ type: 'serving.deployment', id }))) {
          over.abort(servingErrors.make.stopped());
        }
      };
      const looking = setInterval(() => void look(), LOOK_EVERY_MS);
      const late = setTimeout(
        () => over.abort(servingErrors.make.model_timeout({ limit })),
        limit * 1_000,
      );
      let ended = false;
      const end = () => {
        if (ended) return;
        ended = true;
        count -= 1;
        clearInterval(looking);
        clearTimeout(late);
        over.abort(new Error('the exchange has ended'));
      };
      // The connection closes in the end, whoever reads what: nothing is held beyond it.
      call.signal.addEventListener('abort', end, { once: true });
      over.signal.addEventListener('abort', () => {
        if (!ended) setTimeout(() => leave(response), LEAVE_MS).unref();
      });
      return {
        signal: AbortSignal.any([call.signal, over.signal]),
        watch(trialId) {
          watched = trialId;
        },
        end,
      };
    },
  };
}

function leave(response: ServerResponse): void {
  if (!response.writableFinished) response.destroy();
}
