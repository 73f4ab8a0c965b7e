import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';

/**
 * What the platform and the process of a model say to each other (model-worker.mjs). A frame: u32 bytes after the first
 * eight, u32 bytes of a JSON head, the head, then the tensors that it names, each at a multiple of 8; little-endian.
 */

/** The types of ONNX Runtime's JavaScript binding; `string`: u32 length and UTF-8 bytes per element. */
export const modelTypes = [
  ...(['float32', 'float64', 'float16', 'int8', 'uint8', 'int16', 'uint16'] as const),
  ...(['int32', 'uint32', 'int64', 'uint64', 'bool', 'string'] as const),
] as const;
export type ModelType = (typeof modelTypes)[number];

const elementBytes: Readonly<Record<Exclude<ModelType, 'string'>, number>> = {
  ...{ float32: 4, float64: 8, float16: 2, int8: 1, uint8: 1, int16: 2, uint16: 2 },
  ...{ int32: 4, uint32: 4, int64: 8, uint64: 8, bool: 1 },
};

const PORTS_MAX = 1_000;
const HEAD_BYTES_MAX = 4 * 1024 * 1024;
/** Up to here one copy is cheaper than a system call with many parts. */
const COPY_BYTES_MAX = 256 * 1024;

/** An input or output of a model. A dimension of -1 is variable. */
const port = z.object({
  name: z.string().min(1).max(1_000),
  type: z.enum(modelTypes),
  shape: z.array(z.number().int().min(-1)).max(16),
});
export type ModelPort = z.output<typeof port>;

const dimensions = z
  .array(
    z
      .number()
      .int()
      .min(0)
      .max(2 ** 40),
  )
  .max(16);
const fromModel = z.union([
  z.object({ up: z.literal(true) }),
  z.object({
    loaded: z.object({
      inputs: z.array(port).max(PORTS_MAX),
      outputs: z.array(port).min(1).max(PORTS_MAX),
    }),
  }),
  z.object({ refused: z.string().max(1_000) }),
  z.object({ failed: z.string().max(1_000) }),
  z.object({
    ran: z.object({
      outputs: z
        .array(z.object({ shape: dimensions, bytes: z.number().int().min(0) }))
        .max(PORTS_MAX),
      ns: z.number().min(0),
    }),
  }),
]);
export type FromModel = z.output<typeof fromModel>;

export type Frame = { head: FromModel; tensors: Buffer };

/** What came is no frame: the process is not, or no longer, what we started. */
export class FrameBroken extends Error {}

export const padded = (length: number): number => Math.ceil(length / 8) * 8;

/** A tensor to be sent, in parts that follow each other. */
export type TensorParts = { bytes: number; parts: readonly Uint8Array[] };

/** Writes one frame. Large tensors are not copied. */
export function writeFrame(to: Writable, head: object, tensors: readonly TensorParts[] = []): void {
  const text = Buffer.from(JSON.stringify(head));
  const total = tensors.reduce((sum, { bytes }) => sum + padded(bytes), padded(text.length));
  const pieces: Uint8Array[] = [];
  const start = Buffer.alloc(8 + padded(text.length));
  start.writeUInt32LE(total, 0);
  start.writeUInt32LE(text.length, 4);
  start.set(text, 8);
  pieces.push(start);
  for (const { bytes, parts } of tensors) {
    pieces.push(...parts);
    if (bytes % 8 !== 0) pieces.push(Buffer.alloc(padded(bytes) - bytes));
  }
  if (total <= COPY_BYTES_MAX) {
    to.write(Buffer.concat(pieces, 8 + total));
    return;
  }
  to.cork();
  for (const piece of pieces) to.write(piece);
  to.uncork();
}

/** Hands on each frame that comes, and what is no frame as FrameBroken, after which nothing more comes. */
export function readFrames(
  from: Readable,
  options: { bytesMax: number },
  on: { frame(frame: Frame): void; broken(error: FrameBroken): void },
): void {
  let chunks: Buffer[] = [];
  let length = 0;
  let wanted = 8;
  let head = 0;
  let inBody = false;
  let ended = false;
  const take = (): Buffer => {
    const all = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
    chunks = all.length > wanted ? [all.subarray(wanted)] : [];
    length = all.length - wanted;
    return all.subarray(0, wanted);
  };
  const step = () => {
    const bytes = take();
    if (!inBody) {
      wanted = bytes.readUInt32LE(0);
      head = bytes.readUInt32LE(4);
      if (head > HEAD_BYTES_MAX || padded(head) > wanted || wanted > options.bytesMax) {
        throw new FrameBroken('a frame is larger than it may be');
      }
      inBody = true;
      return;
    }
    wanted = 8;
    inBody = false;
    on.frame({ head: headOf(bytes.subarray(0, head)), tensors: bytes.subarray(padded(head)) });
  };
  from.on('data', (chunk: Buffer) => {
    if (ended) return;
    chunks.push(chunk);
    length += chunk.length;
    try {
      while (length >= wanted && !ended) step();
    } catch (error) {
      ended = true;
      chunks = [];
      on.broken(error instanceof FrameBroken ? error : new FrameBroken(String(error)));
    }
  });
}

function headOf(bytes: Buffer): FromModel {
  try {
    return fromModel.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new FrameBroken('the head of a frame is not one of ours');
  }
}

/** Cuts the tensors of an answer. Throws FrameBroken where they are not what their shapes promise. */
export function cutOutputs(
  ran: { outputs: readonly { shape: number[]; bytes: number }[] },
  types: readonly ModelType[],
  tensors: Buffer,
): { shape: number[]; data: Buffer }[] {
  let at = 0;
  const outputs = ran.outputs.map(({ shape, bytes }, place) => {
    const type = types[place];
    const count = shape.reduce((product, size) => product * size, 1);
    const data = tensors.subarray(at, at + bytes);
    at += padded(bytes);
    const fits = type === 'string' ? isTexts(data, count) : bytes === count * sizeOf(type);
    if (data.length !== bytes || !fits) throw new FrameBroken('a tensor has not its shape');
    return { shape, data };
  });
  if (outputs.length !== types.length) throw new FrameBroken('an output is missing');
  return outputs;
}

const sizeOf = (type: Exclude<ModelType, 'string'> | undefined): number =>
  type === undefined ? Number.NaN : elementBytes[type];

/** Whether the bytes are just so many elements of u32 length and bytes. */
function isTexts(bytes: Buffer, count: number): boolean {
  let at = 0;
  let seen = 0;
  for (; seen < count && at + 4 <= bytes.length; seen += 1) at += 4 + bytes.readUInt32LE(at);
  return seen === count && at === bytes.length;
}
