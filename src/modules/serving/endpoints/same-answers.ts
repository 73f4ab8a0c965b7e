import type { Output } from '../models/model-batch.ts';
import { elementBytes } from '../oip/datatypes.ts';

/** Whether two models said the same. Numbers with a fraction may differ by what another order of additions does. */

const ABSOLUTE = 1e-4;
const RELATIVE = 1e-3;

const readers = {
  FP16: (view: DataView, at: number) => view.getFloat16(at, true),
  FP32: (view: DataView, at: number) => view.getFloat32(at, true),
  FP64: (view: DataView, at: number) => view.getFloat64(at, true),
};

/** `json`: the bytes are texts in JSON, as programs of a task answer them. */
export function sameAnswers(
  given: readonly Output[],
  other: readonly Output[],
  { json }: { json: boolean },
): boolean {
  if (given.length !== other.length) return false;
  return given.every((output, place) => {
    const against = other[place];
    if (!against || against.datatype !== output.datatype) return false;
    if (output.data.equals(against.data)) return sameShape(output, against);
    if (json) return sameJson(output.data, against.data);
    return sameShape(output, against) && sameNumbers(output, against.data);
  });
}

function sameShape({ shape }: Output, other: Output): boolean {
  return shape.length === other.shape.length && shape.every((size, at) => size === other.shape[at]);
}

function sameNumbers({ datatype, data }: Output, other: Buffer): boolean {
  if (datatype !== 'FP16' && datatype !== 'FP32' && datatype !== 'FP64') return false;
  const size = elementBytes(datatype) ?? 1;
  if (data.length !== other.length) return false;
  const [left, right] = [viewOf(data), viewOf(other)];
  const read = readers[datatype];
  for (let at = 0; at < data.length; at += size) {
    if (!near(read(left, at), read(right, at))) return false;
  }
  return true;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer) =>
  new DataView(buffer, byteOffset, byteLength);

function near(left: number, right: number): boolean {
  if (Object.is(left, right)) return true;
  const most = Math.max(Math.abs(left), Math.abs(right));
  return Math.abs(left - right) <= ABSOLUTE + RELATIVE * most;
}

function sameJson(left: Buffer, right: Buffer): boolean {
  try {
    return sameValue(JSON.parse(left.toString('utf8')), JSON.parse(right.toString('utf8')));
  } catch {
    return false;
  }
}

function sameValue(left: unknown, right: unknown): boolean {
  if (typeof left === 'number' && typeof right === 'number') return near(left, right);
  if (typeof left !== 'object' || typeof right !== 'object') return left === right;
  if (left === null || right === null) return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const others = new Map(Object.entries(right));
  const own = Object.entries(left);
  return (
    own.length === others.size &&
    own.every(([key, one]) => {
      return others.has(key) && sameValue(one, others.get(key));
    })
  );
}
