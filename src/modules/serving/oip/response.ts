import { servingErrors } from '../errors.ts';
import { countOf, type Datatype, numbersOf } from './datatypes.ts';
import { jsonOfBytes } from './json.ts';
import type { WantedOutput } from './request.ts';

/** An output as the model gave it. */
export type AnsweredOutput = {
  name: string;
  datatype: Datatype;
  shape: readonly number[];
  data: Buffer;
};

export type InferAnswer = {
  modelName: string;
  modelVersion: string;
  id: string | null;
  outputs: readonly { wanted: WantedOutput; answered: AnsweredOutput }[];
};

/**
 * The answer to an inference: JSON, and after it the tensors that were wanted as binary. `headBytes` is for
 * `Inference-Header-Content-Length`; null where all is JSON. Throws `serving.request_refused` for what JSON cannot say.
 */
export function encodeInferAnswer(answer: InferAnswer): { body: Buffer; headBytes: number | null } {
  const tensors: Buffer[] = [];
  const outputs = answer.outputs.map(({ wanted, answered }) => {
    const output = wanted.classes === null ? answered : classified(answered, wanted.classes);
    const { name, datatype, shape, data } = output;
    const begin = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape}],`;
    if (!wanted.binary) return `${begin}"data":${jsonOfBytes(name, datatype, shape, data)}}`;
    tensors.push(data);
    return `${begin}"parameters":{"binary_data_size":${data.length}}}`;
  });
  const id = answer.id === null ? '' : `"id":${JSON.stringify(answer.id)},`;
  const head = Buffer.from(
    `{"model_name":${JSON.stringify(answer.modelName)},"model_version":${JSON.stringify(answer.modelVersion)},${id}"parameters":{"trial":true},"outputs":[${outputs.join(',')}]}`,
  );
  if (tensors.length === 0) return { body: head, headBytes: null };
  return { body: Buffer.concat([head, ...tensors]), headBytes: head.length };
}

/**
 * The largest values of an output with their places, as `value:index`
 * (github.com/triton-inference-server/server, docs/protocol/extension_classification.md).
 */
function classified({ name, datatype, shape, data }: AnsweredOutput, most: number): AnsweredOutput {
  if (datatype === 'BYTES' || datatype === 'FP16' || datatype === 'BOOL') {
    const problem = `output '${name}' is ${datatype}: only numbers can be classified`;
    throw servingErrors.make.request_refused({ problem });
  }
  const rows = shape.length > 1 ? (shape[0] ?? 1) : 1;
  const values = numbersOf(datatype, data);
  const width = rows === 0 ? 0 : countOf(shape) / rows;
  const count = Math.min(most, width);
  const parts: Buffer[] = [];
  for (let row = 0; row < rows; row += 1) {
    const places = Array.from({ length: width }, (_, place) => place);
    const at = (place: number) => values[row * width + place] ?? 0;
    places.sort((left, right) => (at(right) > at(left) ? 1 : at(right) < at(left) ? -1 : 0));
    for (const place of places.slice(0, count)) {
      const text = Buffer.from(`${at(place)}:${place}`);
      const length = Buffer.allocUnsafe(4);
      length.writeUInt32LE(text.length);
      parts.push(length, text);
    }
  }
  const shaped = shape.length > 1 ? [rows, count] : [count];
  return { name, datatype: 'BYTES', shape: shaped, data: Buffer.concat(parts) };
}
