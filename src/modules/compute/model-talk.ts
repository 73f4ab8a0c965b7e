import type { Readable, Writable } from 'node:stream';
import {
  cutOutputs,
  type Frame,
  FrameBroken,
  type ModelPort,
  readFrames,
  type TensorParts,
  writeFrame,
} from './model-frames.ts';

/** An input of one run: which port, its shape, its bytes in parts that follow each other. */
export type ModelInput = TensorParts & { port: number; shape: readonly number[] };

export type ModelRun = {
  outputs: readonly { shape: number[]; data: Buffer }[];
  /** What the model itself took. */
  nanoseconds: number;
};

/** ONNX Runtime or a program refused the model or the inputs; the message is its own. Nothing has ended. */
export class ModelRefused extends Error {}

/** A program threw something else over one call; the message is its own. Nothing has ended. */
export class ModelFailed extends Error {}

export type ModelTalk = {
  open(streams: { input: Writable; output: Readable }): void;
  /** Has the process load what its worker knows by these words. */
  load(model: object): Promise<void>;
  /** The ports of the model, in its order. Empty before it is loaded. */
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  /**
   * Runs the model once. `outputs`: which ports are wanted. One run at a time: the next one is for after this. Throws
   * ModelRefused, ModelFailed, and what `end` was given.
   */
  run(inputs: readonly ModelInput[], outputs: readonly number[]): Promise<ModelRun>;
  end(error: Error): void;
};

type Options = {
  frameBytesMax: number;
  loadSeconds: number;
  runSeconds: number;
  onLate(what: 'load' | 'run'): void;
  onBroken(detail: string): void;
};

/** The platform's side of a model's process: one question at a time, each bounded in time. */
export function createModelTalk(options: Options): ModelTalk {
  const inputs: ModelPort[] = [];
  const outputs: ModelPort[] = [];
  let to: Writable | null = null;
  let waiting: { resolve(frame: Frame): void; reject(error: Error): void } | null = null;
  let ended: Error | null = null;
  let timer: NodeJS.Timeout | null = null;
  const opened = Promise.withResolvers<Writable>();
  opened.promise.catch(() => {});

  const settle = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    const asked = waiting;
    waiting = null;
    return asked;
  };
  const next = (what: 'load' | 'run', seconds: number): Promise<Frame> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      if (waiting) return reject(new Error('a model is asked one thing at a time'));
      waiting = { resolve, reject };
      timer = setTimeout(() => options.onLate(what), seconds * 1_000);
    });
  const take = (frame: Frame) => {
    if ('up' in frame.head) return;
    const asked = settle();
    if (asked) asked.resolve(frame);
    else options.onBroken('The process of the model said what it was not asked.');
  };
  const broken = (detail: string): never => {
    options.onBroken(detail);
    throw ended ?? new Error(detail);
  };

  return {
    inputs,
    outputs,
    open(streams) {
      to = streams.input;
      readFrames(
        streams.output,
        { bytesMax: options.frameBytesMax },
        {
          frame: take,
          broken: ({ message }) => options.onBroken(`The process of the model: ${message}.`),
        },
      );
      opened.resolve(streams.input);
    },
    async load(model) {
      // The time for loading includes the start of the process.
      const answer = next('load', options.loadSeconds);
      answer.catch(() => {});
      opened.promise.then(
        (writable) => writeFrame(writable, { load: model }),
        () => {},
      );
      const { head } = await answer;
      if ('refused' in head) throw new ModelRefused(head.refused);
      if (!('loaded' in head)) return broken('The model did not say that it is loaded.');
      inputs.push(...head.loaded.inputs);
      outputs.push(...head.loaded.outputs);
    },
    async run(given, wanted) {
      if (!to || ended) throw ended ?? new Error('a model that is not loaded cannot run');
      const answer = next('run', options.runSeconds);
      const named = given.map(({ port, shape, bytes }) => ({ port, shape, bytes }));
      writeFrame(to, { inputs: named, outputs: wanted }, given);
      const { head, tensors } = await answer;
      if ('refused' in head) throw new ModelRefused(head.refused);
      if ('failed' in head) throw new ModelFailed(head.failed);
      if (!('ran' in head)) return broken('The model answered something else than a run.');
      const types = wanted.flatMap((port) => outputs[port]?.type ?? []);
      try {
        const found = cutOutputs(head.ran, types, tensors);
        return { outputs: found, nanoseconds: head.ran.ns };
      } catch (error) {
        if (!(error instanceof FrameBroken)) throw error;
        return broken(`The process of the model: ${error.message}.`);
      }
    },
    end(error) {
      ended ??= error;
      opened.reject(ended);
      settle()?.reject(ended);
    },
  };
}
