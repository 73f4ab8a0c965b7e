// Runs one task program for the platform, inside the isolation; see worker-frames.mjs for what goes in and out. A call comes
// as one tensor: u32 bytes of a JSON head, the head, and the bytes of a picture or sound. The answer goes as JSON.
import { loadRuntime, receive, send, sessionOptions, wordsOf } from './worker-frames.mjs';

const REFUSAL_MAX = 300;
const port = (name) => ({ name, type: 'uint8', shape: [-1] });

/** ONNX Runtime as programs get it: its own, but for threads and providers, which are the platform's to say. */
function runtimeFor(threads) {
  const runtime = loadRuntime();
  const create = (model, options) =>
    runtime.InferenceSession.create(model, { ...options, ...sessionOptions(threads) });
  return { ...runtime, InferenceSession: { create } };
}

async function load({ entry, folder, options, threads }) {
  try {
    const { default: create } = await import(entry);
    const program = await create({ ort: runtimeFor(threads), folder, options });
    if (typeof program?.call !== 'function') throw new Error('it gives no object with call()');
    return program;
  } catch (error) {
    send({ refused: wordsOf(error) });
    process.exit(1);
  }
}

function inputOf(tensor) {
  const start = 4 + tensor.readUInt32LE(0);
  const { hasBytes, ...input } = JSON.parse(tensor.toString('utf8', 4, start));
  const { buffer, byteOffset, length } = tensor.subarray(start);
  return hasBytes ? { bytes: new Uint8Array(buffer, byteOffset, length), ...input } : input;
}

send({ up: true });
const { answerBytesMax, ...what } = receive().head.load;
const program = await load(what);
send({ loaded: { inputs: [port('request')], outputs: [port('answer')] } });
for (;;) {
  const { head, tensors } = receive();
  try {
    const input = inputOf(tensors.subarray(0, head.inputs[0].bytes));
    const began = process.hrtime.bigint();
    const output = await program.call(input);
    const ns = Number(process.hrtime.bigint() - began);
    const answer = Buffer.from(JSON.stringify(output) ?? 'null');
    const bytes = answer.length;
    if (bytes > answerBytesMax) throw new Error(`its answer has ${bytes} bytes, over the limit`);
    send({ ran: { outputs: [{ shape: [bytes], bytes }], ns } }, [answer]);
  } catch (error) {
    const isInput = error?.name === 'InputError';
    send(isInput ? { refused: wordsOf(error).slice(0, REFUSAL_MAX) } : { failed: wordsOf(error) });
  }
}
