import { type Failure, kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { pause, type Service } from '#kernel/service.ts';
import type { Compute } from '#modules/compute';
import type { ServingOptions } from '../config.ts';
import { servingErrors } from '../errors.ts';
import type { createStops } from '../stops.ts';
import { keepPorts, type TrialRow, trialFiles } from '../trials/trial-store.ts';
import { createModelRunner, type ModelRunner } from './model-runner.ts';

export type ModelRunners = {
  /** The model of a trial on this server; made where there is none yet. */
  of(trial: TrialRow): ModelRunner;
  /** The same, where it was used since the start of the server. */
  known(trialId: string): ModelRunner | null;
  /** Ends the model of a trial for good, and refuses what waits for it. */
  close(trialId: string, failure: Failure): Promise<void>;
  service: Service;
};

type Uses = {
  kernel: Kernel;
  compute: Pick<Compute, 'openModelSession'>;
  stops: Pick<ReturnType<typeof createStops>, 'isKnownStopped'>;
};

const LOOK_EVERY_MS = 250;

/** The models that this server has to do with, and the processes that it runs for them. */
export function createModelRunners(options: ServingOptions, uses: Uses): ModelRunners {
  const { kernel, compute, stops } = uses;
  const { db, log } = kernel;
  const runners = new Map<string, ModelRunner>();
  let opening = 0;
  let ending = false;
  const awakeGauge = kernel.metrics.gauge({
    ...{ module: 'serving', name: 'models_awake', help: 'Models that are loaded here.' },
  });
  const isAwake = (runner: ModelRunner) => runner.state().state === 'awake';
  const countAwake = () => [...runners.values()].filter(isAwake).length;

  /** Room for one more process; the one that was longest without a call goes. Throws `serving.busy`. */
  const makeRoom = async () => {
    const limit = options.SERVING_MODELS_AT_ONCE;
    while (countAwake() + opening >= limit) {
      const idle = [...runners.values()].filter((runner) => isAwake(runner) && !runner.busy());
      const [oldest] = idle.sort((left, right) => left.usedAt() - right.usedAt());
      if (!oldest) throw servingErrors.make.busy({ limit, seconds: 1 });
      await oldest.close(null);
    }
  };

  const open = async (trial: TrialRow) => {
    if (ending) throw kernelErrors.make.unavailable();
    await makeRoom();
    opening += 1;
    try {
      const files = await trialFiles(db.read, trial.id);
      return await compute.openModelSession({
        files,
        entry: trial.path.split('/').at(-1) ?? '',
        threads: options.SERVING_MODEL_THREADS,
        limits: {
          memoryBytes: options.SERVING_MODEL_MEMORY_BYTES_MAX,
          loadSeconds: options.SERVING_MODEL_LOAD_SECONDS_MAX,
          runSeconds: options.SERVING_MODEL_RUN_SECONDS_MAX,
        },
      });
    } finally {
      opening -= 1;
    }
  };

  const make = (trial: TrialRow): ModelRunner => {
    let kept = trial.ports !== null;
    return createModelRunner({ batchMax: trial.batch_max, delayMs: trial.delay_ms }, options, {
      log,
      known: trial.ports,
      open: () => open(trial),
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
    const idleMs = options.SERVING_IDLE_SECONDS * 1_000;
    awakeGauge.set({}, countAwake());
    for (const [trialId, runner] of runners) {
      runner.expire();
      if (await stops.isKnownStopped({ type: 'serving.deployment', id: trialId })) {
        await closeOne(trialId, servingErrors.make.stopped());
      } else if (!runner.busy() && performance.now() - runner.usedAt() > idleMs) {
        if (isAwake(runner)) await runner.close(null);
      }
    }
  };

  return {
    of(trial) {
      const held = runners.get(trial.id);
      if (held) return held;
      const runner = make(trial);
      runners.set(trial.id, runner);
      return runner;
    },
    known: (trialId) => runners.get(trialId) ?? null,
    close: closeOne,
    service: {
      name: 'serving.models',
      async run(signal) {
        while (!signal.aborted) {
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
