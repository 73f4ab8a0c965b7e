import type * as onnxruntime from 'onnxruntime-node';

/** What every program of the folder `algorithms` speaks with the platform: see `src/modules/serving/tasks`. */

/** ONNX Runtime, handed in: a program is one file, and finds no package beside it. */
export type Ort = typeof onnxruntime;
export type InferenceSession = onnxruntime.InferenceSession;

/** What a program is made with: its folder lies there read-only; `options` are those of its task.json. */
export type Surroundings = {
  ort: Ort;
  folder: string;
  options: Readonly<Record<string, unknown>>;
};

export type Parameters = Readonly<Record<string, unknown>>;

/** One picture or one sound. */
export type BytesInput = { bytes: Uint8Array; mediaType: string; parameters: Parameters };

/** The caller's fault: the message is one line, of at most 300 characters, and reaches the caller. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** A number among the parameters or options, within its bounds; `usual` where it is not given. */
export function numberOf(
  values: Parameters,
  name: string,
  { usual, min, max }: { usual: number; min: number; max: number },
): number {
  const value = values[name];
  if (value === undefined) return usual;
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw new InputError(`the parameter ${name} is a number from ${min} to ${max}`);
  }
  return value;
}
