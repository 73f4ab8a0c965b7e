import { type Failure, kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { pause, type Service } from '#kernel/service.ts';
import type { Compute } from '#modules/compute';
import type { ServingOptions } from '../config.ts';
import type { ModelLive } from '../endpoints/endpoint-entities.ts';
import { warmTrials } from '../endpoints/endpoint-store.ts';
import { servingErrors } from '../errors.ts';
import type { Remotes } from '../remotes/remotes.ts';
import type { createStops } from '../stops.ts';
import { keepPorts, readTrial, type TrialRow } from '../trials/trial-store.ts';
import { createLastMinute } from './last-minute.ts';
import { createModelGauges } from './model-gauges.ts';
import { createModelRunner, type ModelRunner } from './model-runner.ts';
import { openTrial } from './open-trial.ts';

export type ModelRunners = {
  /** The model of a trial on this server; made where there is none yet. */
  of(trial: TrialRow): ModelRunner;
  /** The same, where it was used since the start of the server. */
  known(trialId: string): ModelRunner | null;
  /** What the model of a trial did here in the last minute. */
  live(trial: TrialRow): ModelLive;
  /** Ends the model of a trial for good, and refuses what waits for it. */
  close(trialId: string, failure: Failure): Promise<void>;
  service: Service;
};

type Uses = {
  kernel: Kernel;
  compute: Pick<Compute, 'openModelSession' | 'openTaskSession'>;
  remotes: Pick<Remotes, 'openSession'>;
  stops: Pick<ReturnType<typeof createStops>, 'isKnownStopped'>;
};

const LOOK_EVERY_MS = 250;
/** How soon a server follows what another one was told of replicas. */
const WARM_EVERY_MS = 2_000;

/** The models that this server has to do with, and the processes that it runs for them. */
export function createModelRunners(options: ServingOptions, uses: Uses): ModelRunners {
  const { kernel, compute, remotes, stops } = uses;
  const { db, log } = kernel;
  const runners = new Map<string, ModelRunner>();
  let opening = 0;
  let ending = false;
  const awakeGauge = kernel.metrics.gauge({
    ...{ module: 'serving', name: 'models_awake', help: 'Models that are loaded here.' },
  });
  const measure = createModelGauges(kernel.metrics);
  const countAwake = () => [...runners.values()].reduce((sum, one) => sum + one.awake(), 0);

  /**
   * Room for one more process: of the models without a call the one that was so the longest makes it, but none for an `extra` process of
   * a model that answers already. Throws `serving.busy`.
   */
  const makeRoom = async (extra: boolean) => {
    const limit = options.SERVING_MODELS_AT_ONCE;
    while (countAwake() + opening >= limit) {
      const spare = extra ? [] : [...runners.values()].filter((runner) => runner.spare());
      const [oldest] = spare.sort((left, right) => left.usedAt() - right.usedAt());
      if (!oldest) throw servingErrors.make.busy({ limit, seconds: 1 });
      await oldest.release();
    }
  };

  const open = async (trial: TrialRow, extra: boolean) => {
    if (ending) throw kernelErrors.make.unavailable();
    await makeRoom(extra);
    opening += 1;
    try {
      return await openTrial(trial, options, { kernel, compute, remotes });
    } finally {
      opening -= 1;
    }
  };

  const make = (trial: TrialRow): ModelRunner => {
    let kept = trial.ports !== null;
    return createModelRunner({ batchMax: trial.batch_max, delayMs: trial.delay_ms }, options, {
      log,
      known: trial.ports,
      open: (extra) => open(trial, extra),
      onLoaded(ports) {
        kernel.live.publish('serving.deployment');
        if (kept) return;
        kept = true;
        db.transaction((tx) => keepPorts(tx, trial.id, ports)).catch((error: unknown) => {
          kept = false;
          log.warn({ error, trial: trial.id }, 'what a model takes could not be kept');
        });
      },
    });
  };

  const closeOne = async (trialId: string, failure: Failure) => {
    const runner = runners.get(trialId);
    runners.delete(trialId);
    await runner?.close(failure);
  };

  /** Ends processes that are stopped, or that nobody calls, and refuses who has waited too long. */
  const look = async () => {
    awakeGauge.set({}, countAwake());
    for (const [trialId, runner] of runners) {
      if (await stops.isKnownStopped({ type: 'serving.deployment', id: trialId })) {
        await closeOne(trialId, servingErrors.make.stopped());
      } else {
        await runner.tend();
      }
    }
    measure(runners);
  };

  /** Which models are to be kept ready, as this server or another one was told. */
  const lookForWarm = async () => {
    const kept = [...runners].flatMap(([id, { live }]) => (live().replicasMin > 0 ? [id] : []));
    const wanted = await warmTrials(db.read, options.SERVING_MODELS_AT_ONCE);
    for (const id of new Set([...wanted, ...kept])) {
      const trial = await readTrial(db.read, id);
      if (trial?.state === 'open') of(trial);
      else if (trial?.state === 'ended') await closeOne(id, servingErrors.make.trial_ended());
    }
  };

  const of = (trial: TrialRow): ModelRunner => {
    const runner = runners.get(trial.id) ?? make(trial);
    runners.set(trial.id, runner);
    runner.scale(trial.replicas_min, trial.replicas_max);
    return runner;
  };

  return {
    of,
    live: (trial) => runners.get(trial.id)?.live() ?? noneLive(trial),
    known: (trialId) => runners.get(trialId) ?? null,
    close: closeOne,
    service: {
      name: 'serving.models',
      async run(signal) {
        let lookAfter = 0;
        while (!signal.aborted) {
          if (performance.now() >= lookAfter) {
            lookAfter = performance.now() + WARM_EVERY_MS;
            await lookForWarm().catch((error: unknown) => {
              log.warn({ error }, 'which models are to be kept ready could not be read');
            });
          }
          if (runners.size > 0) await look();
          await pause(LOOK_EVERY_MS, signal);
        }
        ending = true;
        const ids = [...runners.keys()];
        await Promise.all(ids.map((id) => closeOne(id, kernelErrors.make.unavailable())));
        ending = false;
      },
    },
  };
}

/** Of a model that nobody has called here. */
function noneLive({ replicas_min: replicasMin, replicas_max: replicasMax }: TrialRow): ModelLive {
  return {
    ...createLastMinute(performance.now()).view(performance.now()),
    ...{ waiting: 0, replicas: { awake: 0, loading: 0 }, replicasMin, replicasMax },
  };
}
