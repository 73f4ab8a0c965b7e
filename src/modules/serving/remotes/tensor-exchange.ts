import * as z from 'zod';
import type { ModelInput, ModelPort, ModelType } from '#modules/compute';
import {
  countOf,
  type Datatype,
  datatypeOf,
  elementBytes,
  isDatatype,
  textEnds,
} from '../oip/datatypes.ts';
import { bytesOfJson, jsonOfBytes } from '../oip/json.ts';

/** The client's side of Open Inference V2: what is asked of a server elsewhere, and what it answers. */

/** What came is no answer of the protocol; the message goes on in the platform's own words. */
export class ExchangeBroken extends Error {}

const RANK_MAX = 16;
const PORTS_MAX = 1_000;
const SIZE_MAX = 2 ** 40;
const TEXT_MAX = 1_000;

const dimensions = (min: number) =>
  z.array(z.coerce.number().int().min(min).max(SIZE_MAX)).max(RANK_MAX);
const port = z.object({
  name: z.string().min(1).max(TEXT_MAX),
  datatype: z.string(),
  shape: dimensions(-1),
});
const metadata = z.object({
  inputs: z.array(port).min(1).max(PORTS_MAX),
  outputs: z.array(port).min(1).max(PORTS_MAX),
});
const answer = z.object({
  outputs: z
    .array(
      z.object({
        name: z.string(),
        datatype: z.string(),
        shape: dimensions(0),
        parameters: z
          .object({ binary_data_size: z.coerce.number().int().min(0).optional() })
          .optional(),
        data: z.unknown().optional(),
      }),
    )
    .max(PORTS_MAX),
});

const types: Readonly<Record<Datatype, ModelType>> = {
  ...{ BOOL: 'bool', UINT8: 'uint8', UINT16: 'uint16', UINT32: 'uint32', UINT64: 'uint64' },
  ...{ INT8: 'int8', INT16: 'int16', INT32: 'int32', INT64: 'int64' },
  ...{ FP16: 'float16', FP32: 'float32', FP64: 'float64', BYTES: 'string' },
};

export type Ports = { inputs: ModelPort[]; outputs: ModelPort[] };

/** The ports of a model by its metadata. Throws ExchangeBroken. */
export function portsOfMetadata(body: Buffer): Ports {
  const { inputs, outputs } = parsed(metadata, body, 'its description of the model');
  const portOf = ({ name, datatype, shape }: z.output<typeof port>): ModelPort => {
    if (!isDatatype(datatype)) {
      throw new ExchangeBroken(`its model has tensors of ${datatype.slice(0, 20)}`);
    }
    return { name, type: types[datatype], shape };
  };
  return { inputs: inputs.map(portOf), outputs: outputs.map(portOf) };
}

export type Exchange = {
  inputs: readonly ModelInput[];
  /** The wanted outputs, by their place in the model. */
  outputs: readonly number[];
};

/** A request: its JSON, and behind it the tensors where the server takes them as bytes. */
export function encodeExchange(
  { inputs, outputs }: Exchange,
  ports: Ports,
  binary: boolean,
): { head: Buffer; tensors: Uint8Array[] } {
  const described = inputs.map(({ port: place, shape, bytes, parts }) => {
    const { name, type } = portAt(ports.inputs, place);
    const datatype = datatypeOf(type);
    const start = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape}],`;
    if (binary) return `${start}"parameters":{"binary_data_size":${bytes}}}`;
    return `${start}"data":${jsonOfBytes(name, datatype, shape, Buffer.concat(parts, bytes))}}`;
  });
  const wanted = outputs.map((place) => {
    const name = JSON.stringify(portAt(ports.outputs, place).name);
    return `{"name":${name},"parameters":{"binary_data":${binary}}}`;
  });
  const head = Buffer.from(`{"inputs":[${described.join(',')}],"outputs":[${wanted.join(',')}]}`);
  return { head, tensors: binary ? inputs.flatMap(({ parts }) => [...parts]) : [] };
}

/** The wanted outputs of an answer, in the order in which they were asked for. Throws ExchangeBroken. */
export function decodeExchange(
  body: Buffer,
  headBytes: number | null,
  { outputs }: Pick<Exchange, 'outputs'>,
  ports: Ports,
): { shape: number[]; data: Buffer }[] {
  const end = headBytes ?? body.length;
  if (end > body.length) throw new ExchangeBroken('its answer is cut off');
  const given = parsed(answer, body.subarray(0, end), 'its answer').outputs;
  let at = end;
  const tensors = new Map<string, { datatype: string; shape: number[]; data: Buffer }>();
  for (const { name, datatype, shape, parameters, data } of given) {
    const size = parameters?.binary_data_size;
    if (size === undefined) {
      tensors.set(name, { datatype, shape, data: bytesOf(name, datatype, shape, data) });
      continue;
    }
    tensors.set(name, { datatype, shape, data: body.subarray(at, at + size) });
    at += size;
  }
  return outputs.map((place) => {
    const { name, type } = portAt(ports.outputs, place);
    const tensor = tensors.get(name);
    const datatype = datatypeOf(type);
    if (!tensor || tensor.datatype !== datatype) {
      throw new ExchangeBroken('its answer lacks an output');
    }
    if (!fits(datatype, tensor)) throw new ExchangeBroken('a tensor of it has not its shape');
    return { shape: tensor.shape, data: tensor.data };
  });
}

function portAt(ports: readonly ModelPort[], place: number): ModelPort {
  const found = ports[place];
  if (!found) throw new ExchangeBroken('a port is not there');
  return found;
}

function fits(datatype: Datatype, { shape, data }: { shape: number[]; data: Buffer }): boolean {
  const each = elementBytes(datatype);
  const count = countOf(shape);
  return each === null ? textEnds(data, count) !== null : data.length === count * each;
}

function bytesOf(name: string, datatype: string, shape: number[], data: unknown): Buffer {
  if (!isDatatype(datatype)) throw new ExchangeBroken('an output of it has no known type');
  try {
    return bytesOfJson(name, datatype, shape, data);
  } catch (error) {
    throw new ExchangeBroken('a tensor of it has not its shape', { cause: error });
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, bytes: Buffer, what: string) {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new ExchangeBroken(`${what} is not of the protocol`, { cause: error });
  }
}
