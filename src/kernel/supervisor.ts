import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { pause, type Service } from './service.ts';

const BACKOFF_MILLISECONDS = { first: 200, max: 30_000 };

export type Supervisor = {
  /** Names of services that ended with an error and wait to be started again. */
  failing(): readonly string[];
  /** Drains every service, stops it, and waits for it up to the given time. */
  stop(millisecondsMax: number): Promise<void>;
};

/**
 * Runs services until stopped. One that fails is logged, counted and started again, later each time;
 * the others go on.
 */
export function superviseServices(
  services: readonly Service[],
  uses: { log: Log; metrics: Metrics },
): Supervisor {
  const abort = new AbortController();
  const failing = new Set<string>();
  const restarts = uses.metrics.counter({
    module: 'kernel',
    name: 'service_failures_total',
    help: 'Times that a service ended with an error',
    labels: ['service'],
  });

  const supervise = async (service: Service) => {
    let wait = BACKOFF_MILLISECONDS.first;
    while (!abort.signal.aborted) {
      const began = performance.now();
      try {
        await service.run(abort.signal);
        return;
      } catch (error) {
        if (abort.signal.aborted) return;
        failing.add(service.name);
        restarts.add({ service: service.name });
        uses.log.error({ error, service: service.name }, 'a service failed and is started again');
      }
      if (performance.now() - began > BACKOFF_MILLISECONDS.max) wait = BACKOFF_MILLISECONDS.first;
      await pause(wait, abort.signal);
      wait = Math.min(wait * 2, BACKOFF_MILLISECONDS.max);
      failing.delete(service.name);
    }
  };

  const running = services.map(supervise);
  return {
    failing: () => [...failing].sort(),
    async stop(millisecondsMax) {
      const limit = new AbortController();
      const work = (async () => {
        await Promise.all(services.map((service) => service.drain?.()));
        abort.abort();
        await Promise.all(running);
        limit.abort();
      })();
      await Promise.race([work, pause(millisecondsMax, limit.signal)]);
      abort.abort();
    },
  };
}
