import { fileURLToPath } from 'node:url';
import type { Blobs } from '#kernel/blobs.ts';
import { type Limits, limitsDefault, type RunEnd } from './isolation.ts';
import type { OpenedHost } from './isolation-service.ts';
import { modelRuntime } from './model-runtime.ts';
import { createModelTalk, type ModelTalk } from './model-talk.ts';
import { cancelled } from './run-ends.ts';
import { fileDigest } from './runtime.ts';

/** An ONNX model that stays loaded. */
export type ModelSpec = {
  /** The model and the files with its external data, by path; the latter as the model names them, from its folder. */
  files: readonly { path: string; digest: string }[];
  entry: string;
  /** Threads that one run may use. */
  threads: number;
  limits: { memoryBytes: number; loadSeconds: number; runSeconds: number };
};

export type ModelSession = Pick<ModelTalk, 'inputs' | 'outputs' | 'run'> & {
  /** Null while the process lives. */
  end(): RunEnd | null;
  /** Ends the process at once. Resolves when nothing of it is left. */
  close(): Promise<void>;
};

/** The process of a model has ended, or was ended; why, in the platform's words. */
export class ModelSessionEnded extends Error {
  readonly end: RunEnd;

  constructor(end: RunEnd) {
    super(end.detail);
    this.name = 'ModelSessionEnded';
    this.end = end;
  }
}

const worker = 'model-worker.mjs';
const workerPath = fileURLToPath(new URL('./model-worker.mjs', import.meta.url));
const YEAR_SECONDS = 31_536_000;

/**
 * Loads an ONNX model into a process of its own, isolated as a job is: native code reads bytes there that nobody vouches
 * for. Resolves once the model is loaded. Throws ModelRefused with the runtime's words where it does not load it,
 * and ModelSessionEnded where there is no isolation for it on this host (`environment_missing`, with what to install), where
 * loading takes too long (`time_limit`) or the process ends. The caller answers for it that the objects may be used.
 */
export async function openModelSession(
  spec: ModelSpec,
  uses: { blobs: Blobs; host: Pick<OpenedHost, 'isolation' | 'advice'> },
): Promise<ModelSession> {
  const { blobs, host } = uses;
  if (host.isolation.kind !== 'bubblewrap') {
    const detail = `Models run under bubblewrap only. ${host.advice ?? 'Do not set COMPUTE_ISOLATION to webassembly.'}`;
    throw new ModelSessionEnded({ reason: 'environment_missing', detail });
  }
  const model: Record<string, string> = {};
  for (const { path, digest } of spec.files) {
    model[`model/${path}`] = await blobs.path(digest);
  }
  const { memoryBytes, loadSeconds, runSeconds } = spec.limits;
  const limits: Limits = {
    ...{ ...limitsDefault, memoryBytes, wallSeconds: YEAR_SECONDS, cpuSeconds: YEAR_SECONDS },
    processes: limitsDefault.processes + spec.threads,
  };
  const stop = new AbortController();
  let ended: RunEnd | null = null;
  const end = (why: RunEnd) => {
    ended ??= why;
    talk.end(new ModelSessionEnded(ended));
    stop.abort();
  };
  const tooLong = (seconds: number, what: string): RunEnd => {
    return { reason: 'time_limit', detail: `The model took more than ${seconds} s ${what}.` };
  };
  const talk = createModelTalk({
    // As much as its memory: an answer cannot be larger.
    frameBytesMax: Math.min(memoryBytes, 2 ** 31),
    ...{ loadSeconds, runSeconds },
    onLate: (what) =>
      end(what === 'load' ? tooLong(loadSeconds, 'to load') : tooLong(runSeconds, 'over one run')),
    onBroken: (detail) => end({ reason: 'protocol_error', detail }),
  });
  const running = host.isolation
    .run(
      {
        environment: 'javascript',
        program: {
          files: [{ path: worker, source: workerPath, digest: await fileDigest(workerPath) }],
          entry: worker,
        },
        options: {},
        limits,
        logs: { rule: 'none', bytesMax: 0 },
        mode: { kind: 'frames', inputs: { ...modelRuntime(), ...model }, onOpen: talk.open },
      },
      { signal: stop.signal },
    )
    .then(
      ({ reason, detail }): RunEnd => ({ reason, detail }),
      (error: unknown): RunEnd => ({ reason: 'isolation_failed', detail: String(error) }),
    )
    .then(end);
  try {
    await talk.load({ path: `/input/model/${spec.entry}`, threads: spec.threads });
  } catch (error) {
    end(cancelled);
    await running;
    throw error;
  }
  return {
    inputs: talk.inputs,
    outputs: talk.outputs,
    run: talk.run,
    end: () => ended,
    async close() {
      end(cancelled);
      await running;
    },
  };
}
