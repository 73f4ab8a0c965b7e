import { fileURLToPath } from 'node:url';
import { type Limits, limitsDefault, type RunEnd } from './isolation.ts';
import type { OpenedHost } from './isolation-service.ts';
import { modelRuntime } from './model-runtime.ts';
import { createModelTalk, type ModelTalk } from './model-talk.ts';
import { cancelled } from './run-ends.ts';
import { fileDigest } from './runtime.ts';

/** A process that stays and is asked one thing at a time: an ONNX model, or a program with its models. */
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

const shared = 'worker-frames.mjs';
const workerFiles = {
  [shared]: new URL('./worker-frames.mjs', import.meta.url),
  'model-worker.mjs': new URL('./model-worker.mjs', import.meta.url),
  'task-worker.mjs': new URL('./task-worker.mjs', import.meta.url),
};

export type WorkerSpec = {
  /** Which program of ours speaks in there. */
  worker: Exclude<keyof typeof workerFiles, typeof shared>;
  /** What runs, as sentences about its end begin. */
  subject: 'The model' | 'The program';
  /** Host paths of what it is given, by their path below `/input`. */
  inputs: Readonly<Record<string, string>>;
  /** What it is told to load. */
  load: object;
  /** Threads that one run may use. */
  threads: number;
  frameBytesMax: number;
  limits: { memoryBytes: number; loadSeconds: number; runSeconds: number };
};

const YEAR_SECONDS = 31_536_000;

async function programOf(names: readonly (keyof typeof workerFiles)[]) {
  return Promise.all(
    names.map(async (path) => {
      const source = fileURLToPath(workerFiles[path]);
      return { path, source, digest: await fileDigest(source) };
    }),
  );
}

/**
 * Starts a process, isolated as a job is: native code reads bytes there that nobody vouches for. Resolves once it has loaded
 * what it is told to. Throws ModelRefused with its own words where it cannot, and ModelSessionEnded where there is no
 * isolation for it on this host (`environment_missing`, with what to install), where loading takes too long (`time_limit`)
 * or the process ends.
 */
export async function openWorkerSession(
  spec: WorkerSpec,
  host: Pick<OpenedHost, 'isolation' | 'advice'>,
): Promise<ModelSession> {
  if (host.isolation.kind !== 'bubblewrap') {
    const detail = `Models run under bubblewrap only. ${host.advice ?? 'Do not set COMPUTE_ISOLATION to webassembly.'}`;
    throw new ModelSessionEnded({ reason: 'environment_missing', detail });
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
    return { reason: 'time_limit', detail: `${spec.subject} took more than ${seconds} s ${what}.` };
  };
  const talk = createModelTalk({
    ...{ frameBytesMax: spec.frameBytesMax, loadSeconds, runSeconds },
    onLate: (what) =>
      end(what === 'load' ? tooLong(loadSeconds, 'to load') : tooLong(runSeconds, 'over one run')),
    onBroken: (detail) => end({ reason: 'protocol_error', detail }),
  });
  const files = await programOf([spec.worker, shared]);
  const running = host.isolation
    .run(
      {
        environment: 'javascript',
        program: { files, entry: spec.worker },
        options: {},
        limits,
        logs: { rule: 'none', bytesMax: 0 },
        mode: { kind: 'frames', inputs: { ...modelRuntime(), ...spec.inputs }, onOpen: talk.open },
      },
      { signal: stop.signal },
    )
    .then(
      ({ reason, detail }): RunEnd => ({ reason, detail }),
      (error: unknown): RunEnd => ({ reason: 'isolation_failed', detail: String(error) }),
    )
    .then(end);
  try {
    await talk.load(spec.load);
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
