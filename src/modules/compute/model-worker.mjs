// Runs one ONNX model for the platform, inside the isolation; see worker-frames.mjs for what goes in and out.
import { loadRuntime, padded, receive, send, sessionOptions, wordsOf } from './worker-frames.mjs';

const { InferenceSession, Tensor } = loadRuntime();

const views = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** Elements as u32 length and UTF-8 bytes, as the binary tensor extension has them. */
function textsOf(bytes, count) {
  const texts = [];
  for (let at = 0; texts.length < count; ) {
    const length = bytes.readUInt32LE(at);
    texts.push(bytes.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return texts;
}

function bytesOfTexts(texts) {
  const parts = texts.map((text) => Buffer.from(text));
  const bytes = Buffer.alloc(parts.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const part of parts) {
    at = bytes.writeUInt32LE(part.length, at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function tensorOf(type, shape, bytes) {
  if (type === 'string') {
    const count = shape.reduce((product, size) => product * size, 1);
    return new Tensor('string', textsOf(bytes, count), shape);
  }
  const View = views[type];
  const count = bytes.length / View.BYTES_PER_ELEMENT;
  return new Tensor(type, new View(bytes.buffer, bytes.byteOffset, count), shape);
}

function bytesOf({ type, data }) {
  if (type === 'string') return bytesOfTexts(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

const portsOf = (metadata) =>
  metadata.map((port) => ({
    name: port.name,
    type: port.isTensor ? port.type : null,
    shape: port.isTensor ? port.shape.map((size) => (typeof size === 'number' ? size : -1)) : [],
  }));

async function load({ path, threads }) {
  try {
    return await InferenceSession.create(path, sessionOptions(threads));
  } catch (error) {
    send({ refused: wordsOf(error) });
    process.exit(1);
  }
}

send({ up: true });
const session = await load(receive().head.load);
const { inputMetadata, outputMetadata } = session;
send({ loaded: { inputs: portsOf(inputMetadata), outputs: portsOf(outputMetadata) } });
for (;;) {
  const { head, tensors } = receive();
  try {
    const feeds = {};
    let at = 0;
    for (const { port, shape, bytes } of head.inputs) {
      const { name, type } = inputMetadata[port];
      feeds[name] = tensorOf(type, shape, tensors.subarray(at, at + bytes));
      at += padded(bytes);
    }
    const names = head.outputs.map((port) => outputMetadata[port].name);
    const began = process.hrtime.bigint();
    const results = await session.run(feeds, names);
    const ns = Number(process.hrtime.bigint() - began);
    const parts = names.map((name) => bytesOf(results[name]));
    const outputs = names.map((name, place) => {
      return { shape: results[name].dims, bytes: parts[place].length };
    });
    send({ ran: { outputs, ns } }, parts);
  } catch (error) {
    send({ refused: wordsOf(error) });
  }
}
