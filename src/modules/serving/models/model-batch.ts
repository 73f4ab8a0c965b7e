import type { ModelInput } from '#modules/compute';
import { type Datatype, elementBytes, textEnds } from '../oip/datatypes.ts';
import type { ModelPorts, Tensor } from '../oip/request.ts';

/** Calls that are put to a model together, and the answers cut apart again. Rows are entries of the first dimension. */

export type BatchCall = {
  inputs: readonly Tensor[];
  /** Which outputs are wanted, by their place in the model. */
  outputs: readonly number[];
  /** Rows, where the call may be joined with others; null: by itself. */
  rows: number | null;
  /** Only calls of equal key are joined. */
  key: string;
};

/** What is joined: the same outputs of inputs that are equal but for their rows. */
export function batchKey(inputs: readonly Tensor[], outputs: readonly number[]): string {
  const shapes = inputs.map(({ port, shape }) => `${port}:${shape.slice(1).join('x')}`);
  return `${outputs.join(',')}|${shapes.sort().join('|')}`;
}

/** The rows of a call whose inputs all have as many, at least one; null otherwise. */
export function rowsOf(inputs: readonly Tensor[]): number | null {
  const [first] = inputs;
  const rows = first?.shape[0];
  if (rows === undefined || rows === 0) return null;
  return inputs.every(({ shape }) => shape[0] === rows) ? rows : null;
}

/** Whether calls of the model can be joined: every first dimension is variable. */
export function isJoinable({ inputs, outputs }: ModelPorts): boolean {
  return inputs.length > 0 && [...inputs, ...outputs].every(({ shape }) => shape[0] === -1);
}

/** How many of the waiting calls, from the first on, go together: of one key, and of no more than `rowsMax` rows. */
export function takeCount(waiting: readonly BatchCall[], rowsMax: number): number {
  const [first] = waiting;
  if (!first) return 0;
  if (first.rows === null) return 1;
  let rows = first.rows;
  let count = 1;
  for (const { key, rows: more } of waiting.slice(1)) {
    if (more === null || key !== first.key || rows + more > rowsMax) break;
    rows += more;
    count += 1;
  }
  return count;
}

/** The inputs of calls one behind another, by the ports of the first. */
export function joinInputs(calls: readonly BatchCall[]): ModelInput[] {
  const [first] = calls;
  return (first?.inputs ?? []).map(({ port, shape }) => {
    const tensors = calls.flatMap(({ inputs }) => inputs.find((one) => one.port === port) ?? []);
    const rows = tensors.reduce((sum, tensor) => sum + (tensor.shape[0] ?? 0), 0);
    return {
      port,
      shape: calls.length === 1 ? shape : [rows, ...shape.slice(1)],
      bytes: tensors.reduce((sum, { data }) => sum + data.length, 0),
      parts: tensors.map(({ data }) => data),
    };
  });
}

export type Output = { datatype: Datatype; shape: readonly number[]; data: Buffer };

/**
 * Cuts outputs into those of each call, by rows. Null where an output has not as many rows as went in: such a model
 * does not work row by row.
 */
export function splitOutputs(
  outputs: readonly Output[],
  rows: readonly number[],
): Output[][] | null {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const parts = outputs.map((output) => splitOutput(output, rows, total));
  if (!parts.every((part) => part !== null)) return null;
  return rows.map((_, call) => parts.flatMap((part) => part[call] ?? []));
}

function splitOutput(output: Output, rows: readonly number[], total: number): Output[] | null {
  const { datatype, shape, data } = output;
  if (shape[0] !== total || total === 0) return null;
  const each = shape.slice(1).reduce((product, size) => product * size, 1);
  const size = elementBytes(datatype);
  const ends = size === null ? textEnds(data, total * each) : null;
  const byteAt = (elements: number) =>
    size === null ? (ends?.[elements - 1] ?? 0) : elements * size;
  let before = 0;
  return rows.map((count) => {
    const from = before * each;
    before += count;
    const part = data.subarray(byteAt(from), byteAt(before * each));
    return { datatype, shape: [count, ...shape.slice(1)], data: part };
  });
}
