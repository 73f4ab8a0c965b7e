import { expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { pause } from './service.ts';
import { superviseServices } from './supervisor.ts';

const fresh = () => ({
  log: silentLog(),
  metrics: createMetrics({ processMetrics: false }),
});

it('starts a failed service again while the others go on, and stops all of them', async () => {
  let failures = 0;
  let beats = 0;
  const supervisor = superviseServices(
    [
      {
        name: 'broken',
        run: async () => {
          failures += 1;
          throw new Error('on purpose');
        },
      },
      {
        name: 'steady',
        run: async (signal) => {
          while (!signal.aborted) {
            beats += 1;
            await pause(10, signal);
          }
        },
      },
    ],
    fresh(),
  );
  const never = new AbortController().signal;
  await pause(700, never);
  expect(failures).toBeGreaterThanOrEqual(2);
  expect(beats).toBeGreaterThan(10);
  expect(supervisor.failing()).toEqual(['broken']);
  const stopped = performance.now();
  await supervisor.stop(5_000);
  expect(performance.now() - stopped).toBeLessThan(1_000);
  const after = beats;
  await pause(50, never);
  expect(beats).toBe(after);
});

it('does not wait for ever for a service that ignores its signal', async () => {
  const deaf = { name: 'deaf', run: () => new Promise<void>(() => {}) };
  const supervisor = superviseServices([deaf], fresh());
  await supervisor.stop(50);
});
