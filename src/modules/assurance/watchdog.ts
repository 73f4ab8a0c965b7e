import type { Bell, Service } from '#kernel/service.ts';
import { askOrWait, takeFault } from './advance.ts';
import { type Engine, ownCall } from './engine.ts';
import { stepAtDeadline } from './evaluation-state.ts';
import * as store from './store.ts';

const BATCH = 50;
const SLEEP_MS_MAX = 30_000;
// Less would turn an evaluation whose handling fails into a busy loop.
const SLEEP_MS_MIN = 200;
const POSTPONED_MS = 30_000;

/**
 * Acts on deadlines: asks again after a fault of ours, and ends what is overdue. Each evaluation in
 * its own transaction under its lock, so several servers, or one killed anywhere, do nothing twice.
 */
export function createWatchdog(uses: { engine: Engine; bell: Bell }): Service {
  const { engine, bell } = uses;
  const { kernel } = engine;
  return {
    name: 'assurance.watchdog',
    async run(signal) {
      await forgiveDowntime(engine);
      while (!signal.aborted) {
        let sleepMs = SLEEP_MS_MAX;
        try {
          await attendDue(engine, signal);
          const next = await store.nextDue(kernel.db.read);
          if (next) sleepMs = next.getTime() - kernel.clock.now().getTime();
        } catch (error) {
          if (!signal.aborted) kernel.log.error({ error }, 'evaluations could not be looked at');
        }
        await bell.sleep(Math.min(Math.max(sleepMs, SLEEP_MS_MIN), SLEEP_MS_MAX), signal);
      }
    },
  };
}

// Jobs did not run while the platform was down: their time begins anew.
async function forgiveDowntime({ kernel, options }: Engine): Promise<void> {
  const now = kernel.clock.now();
  const until = new Date(now.getTime() + options.ASSURANCE_WAIT_SECONDS_MAX * 1_000);
  await kernel.db.transaction((tx) => store.forgiveDowntime(tx, now, until));
}

/** Does everything that is due by now. */
async function attendDue(engine: Engine, signal: AbortSignal): Promise<void> {
  const { kernel } = engine;
  for (const id of await store.evaluationsDue(kernel.db.read, kernel.clock.now(), BATCH)) {
    if (signal.aborted) return;
    try {
      await attend(id, engine);
    } catch (error) {
      kernel.log.error({ error, evaluationId: id }, 'a deadline could not be handled');
      const later = new Date(kernel.clock.now().getTime() + POSTPONED_MS);
      await kernel.db.transaction((tx) => store.postpone(tx, id, later));
    }
  }
}

function attend(id: string, engine: Engine): Promise<void> {
  const { kernel } = engine;
  return kernel.db.transaction(async (tx) => {
    const row = await store.readEvaluation(tx, id, { lock: true });
    if (!row?.due_at || row.due_at.getTime() > kernel.clock.now().getTime()) return;
    const step = stepAtDeadline(row);
    if (step === 'overdue') {
      await takeFault(tx, row, 'evaluation_overdue', engine);
      if (row.job_id) engine.jobs.stop(tx, row.job_id, ownCall());
    } else if (step === 'ask_again') {
      const { phase, attempt, predictions_digest: predictionsDigest } = row;
      await askOrWait(tx, row, { phase, attempt, predictionsDigest }, engine);
    }
  });
}
