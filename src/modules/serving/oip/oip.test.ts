import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelPort } from '#modules/compute';
import {
  type BatchCall,
  batchKey,
  isJoinable,
  joinInputs,
  rowsOf,
  splitOutputs,
  takeCount,
} from '../models/model-batch.ts';
import { createTrialRate } from '../trials/trial-rate.ts';
import { type Datatype, datatypes, elementBytes } from './datatypes.ts';
import { bytesOfJson, jsonOfBytes } from './json.ts';
import { type ModelPorts, parseInferRequest } from './request.ts';
import { encodeInferAnswer } from './response.ts';

const port = (name: string, type: ModelPort['type'], shape: number[]): ModelPort => ({
  ...{ name, type, shape },
});
const ports: ModelPorts = {
  inputs: [port('A', 'int32', [-1, 2]), port('B', 'string', [-1])],
  outputs: [port('C', 'float32', [-1, 2])],
};
const body = (value: unknown, ...tensors: Buffer[]) => {
  const head = Buffer.from(JSON.stringify(value));
  return {
    bytes: Buffer.concat([head, ...tensors]),
    headBytes: tensors.length ? head.length : null,
  };
};
const parse = (value: unknown, ...tensors: Buffer[]) => {
  const { bytes, headBytes } = body(value, ...tensors);
  return parseInferRequest(bytes, headBytes, ports);
};
const text = (...values: string[]) =>
  Buffer.concat(
    values.flatMap((value) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(value));
      return [length, Buffer.from(value)];
    }),
  );
const jsonInputs = [
  { name: 'A', datatype: 'INT32', shape: [1, 2], data: [[1, 2]] },
  { name: 'B', datatype: 'BYTES', shape: [1], data: ['头雁'] },
];

/** Values that JSON can hold, by datatype. */
const values: Partial<Record<Datatype, fc.Arbitrary<unknown>>> = {
  BOOL: fc.boolean(),
  UINT8: fc.integer({ min: 0, max: 255 }),
  UINT16: fc.integer({ min: 0, max: 65_535 }),
  UINT32: fc.integer({ min: 0, max: 4_294_967_295 }),
  UINT64: fc.maxSafeNat(),
  INT8: fc.integer({ min: -128, max: 127 }),
  INT16: fc.integer({ min: -32_768, max: 32_767 }),
  INT32: fc.integer(),
  INT64: fc.maxSafeInteger(),
  FP32: fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  FP64: fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => !Object.is(value, -0)),
  BYTES: fc.string({ unit: 'grapheme' }),
};

describe('tensors', () => {
  it.each(datatypes.filter((one) => one !== 'FP16'))('%s go as JSON and come back', (datatype) => {
    fc.assert(
      fc.property(fc.array(values[datatype]!, { maxLength: 20 }), (flat) => {
        const bytes = bytesOfJson('X', datatype, [flat.length], flat);
        const each = elementBytes(datatype);
        if (each !== null) expect(bytes.length).toBe(flat.length * each);
        expect(JSON.parse(jsonOfBytes('X', datatype, [flat.length], bytes))).toEqual(flat);
        // Wherever they begin in a body.
        const shifted = Buffer.concat([Buffer.alloc(1), bytes]).subarray(1);
        expect(JSON.parse(jsonOfBytes('X', datatype, [flat.length], shifted))).toEqual(flat);
      }),
    );
  });

  it('are nested as their shape says, or flat', () => {
    const shape = [2, 1, 2];
    const nested = bytesOfJson('X', 'UINT8', shape, [[[1, 2]], [[3, 4]]]);
    expect([...nested]).toEqual([1, 2, 3, 4]);
    expect(bytesOfJson('X', 'UINT8', shape, [1, 2, 3, 4])).toEqual(nested);
    for (const data of [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [[1], [2]],
        [[3], [4]],
      ],
      [1, 2, 3],
      'x',
      null,
    ]) {
      expect(() => bytesOfJson('X', 'UINT8', shape, data)).toThrow(/input 'X'/);
    }
  });

  it.each([
    ['INT8', 128],
    ['UINT64', -1],
    ['INT64', 2 ** 53],
    ['INT32', 1.5],
    ['FP32', '1'],
    ['BOOL', 2],
    ['BYTES', 1],
    ['BYTES', '\ud800'],
    ['FP16', 1],
  ] as const)('of %s do not hold %s', (datatype, value) => {
    expect(() => bytesOfJson('X', datatype, [1], [value])).toThrow(/input 'X'/);
  });

  it('that JSON cannot say are refused', () => {
    const bytes = Buffer.from(new Float32Array([Number.NaN]).buffer);
    expect(() => jsonOfBytes('Y', 'FP32', [1], bytes)).toThrow(/binary/);
  });
});

describe('a request', () => {
  it('holds JSON and binary tensors, which are slices of its body', () => {
    const numbers = Buffer.from(new Int32Array([5, 6]).buffer);
    const binary = (name: string, datatype: string, shape: number[], data: Buffer) => ({
      ...{ name, datatype, shape, parameters: { binary_data_size: data.length } },
    });
    const head = {
      id: 'x',
      inputs: [binary('B', 'BYTES', [1], text('é')), binary('A', 'INT32', [1, 2], numbers)],
      outputs: [{ name: 'C', parameters: { binary_data: true } }],
    };
    const { bytes, headBytes } = body(head, text('é'), numbers);
    const request = parseInferRequest(bytes, headBytes, ports);
    expect(request).toMatchObject({ id: 'x', outputs: [{ port: 0, binary: true }] });
    expect(request.inputs.map((input) => input.port)).toEqual([1, 0]);
    expect(request.inputs[1]?.data).toEqual(numbers);
    expect(request.inputs[1]?.data.buffer).toBe(bytes.buffer);
    expect(parse({ inputs: jsonInputs, unknown: 1 }).inputs[0]?.data).toEqual(
      Buffer.from(new Int32Array([1, 2]).buffer),
    );
  });

  const without = (place: number, change: object) =>
    jsonInputs.map((input, at) => (at === place ? { ...input, ...change } : input));
  it.each([
    ['no object', []],
    ['no inputs', {}],
    ['an input missing', { inputs: jsonInputs.slice(1) }],
    ['an input twice', { inputs: [...jsonInputs, jsonInputs[0]] }],
    ['an unknown input', { inputs: [...jsonInputs, { name: 'Z' }] }],
    ['another datatype', { inputs: without(0, { datatype: 'INT64' }) }],
    ['no datatype', { inputs: without(0, { datatype: 'BF16' }) }],
    ['another shape', { inputs: without(0, { shape: [1, 3], data: [1, 2, 3] }) }],
    ['another rank', { inputs: without(0, { shape: [2], data: [1, 2] }) }],
    ['a negative size', { inputs: without(0, { shape: [-1, 2] }) }],
    ['too many elements', { inputs: without(0, { shape: [2 ** 40, 2] }) }],
    ['data missing', { inputs: without(0, { data: undefined }) }],
    [
      'binary data missing',
      { inputs: without(0, { data: undefined, parameters: { binary_data_size: 8 } }) },
    ],
    ['an unknown output', { inputs: jsonInputs, outputs: [{ name: 'D' }] }],
    ['an id that is none', { inputs: jsonInputs, id: 7 }],
    ['parameters that are none', { inputs: jsonInputs, parameters: 3 }],
  ])('is refused with %s', (_, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ category: 'invalid' }));
  });

  it('is refused where bytes are missing, left over, or no elements', () => {
    const [, B] = jsonInputs;
    const A = (size: number) => ({
      ...{ name: 'A', datatype: 'INT32', shape: [1, 2], parameters: { binary_data_size: size } },
    });
    for (const [size, bytes] of [
      [8, 7],
      [8, 9],
      [7, 7],
      [-1, 8],
    ] as const) {
      expect(() => parse({ inputs: [A(size), B] }, Buffer.alloc(bytes))).toThrow(
        /binary|bytes|body/,
      );
    }
    expect(() => parseInferRequest(Buffer.from('{}'), 3, ports)).toThrow(/shorter/);
    expect(() => parseInferRequest(Buffer.from([0xff]), null, ports)).toThrow(/UTF-8/);
  });

  it('may be one raw tensor', () => {
    const one = { inputs: [port('A', 'float32', [-1, 2, -1])], outputs: ports.outputs };
    const raw = parseInferRequest(Buffer.alloc(24), 0, one);
    expect(raw.inputs[0]?.shape).toEqual([1, 2, 3]);
    expect(raw.outputs[0]?.binary).toBe(true);
    const texts = { inputs: [port('B', 'string', [1])], outputs: ports.outputs };
    expect(parseInferRequest(Buffer.from('头'), 0, texts).inputs[0]?.data).toEqual(text('头'));
    for (const length of [0, 4, 9]) {
      const fixed = { inputs: [port('A', 'float32', [1, 2])], outputs: ports.outputs };
      expect(() => parseInferRequest(Buffer.alloc(length), 0, fixed)).toThrow();
    }
    expect(() => parseInferRequest(Buffer.alloc(8), 0, ports)).toThrow(/one input/);
  });
});

describe('an answer', () => {
  it('holds JSON, binary and classes, with its id and that it is of a trial', () => {
    const data = Buffer.from(new Float32Array([0.25, 0.5, 4, 3]).buffer);
    const answered = { name: 'C', datatype: 'FP32', shape: [2, 2], data } as const;
    const wanted = { port: 0, binary: false, classes: null };
    const encode = (more: object) =>
      encodeInferAnswer({
        ...{ modelName: 'm', modelVersion: '3', id: 'é' },
        outputs: [{ answered, wanted: { ...wanted, ...more } }],
      });
    const plain = encode({});
    expect(plain.headBytes).toBe(null);
    expect(JSON.parse(plain.body.toString())).toEqual({
      ...{ model_name: 'm', model_version: '3', id: 'é', parameters: { trial: true } },
      outputs: [{ name: 'C', datatype: 'FP32', shape: [2, 2], data: [0.25, 0.5, 4, 3] }],
    });
    const binary = encode({ binary: true });
    const head = JSON.parse(binary.body.toString('utf8', 0, binary.headBytes!));
    expect(head.outputs[0].parameters).toEqual({ binary_data_size: 16 });
    expect(binary.body.subarray(binary.headBytes!)).toEqual(data);
    const [output] = JSON.parse(encode({ classes: 1 }).body.toString()).outputs;
    expect(output).toEqual({
      ...{ name: 'C', datatype: 'BYTES', shape: [2, 1], data: ['0.5:1', '4:0'] },
    });
  });
});

describe('a batch', () => {
  it('gives each call what it would have got by itself', () => {
    const rows = fc.array(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 9 }), (calls, most) => {
        const asked = calls.map((texts): BatchCall => {
          const inputs = [
            { port: 0, shape: [texts.length, 1], data: text(...texts) },
            { port: 1, shape: [texts.length], data: Buffer.from(texts.map((one) => one.length)) },
          ];
          return { inputs, outputs: [0], rows: rowsOf(inputs), key: batchKey(inputs, [0]) };
        });
        let done = 0;
        while (done < asked.length) {
          const count = takeCount(asked.slice(done), most);
          const taken = asked.slice(done, done + count);
          const sizes = taken.map((call) => call.rows ?? 0);
          expect(count === 1 || sizes.reduce((sum, size) => sum + size, 0) <= most).toBe(true);
          const outputs = joinInputs(taken).map(({ port: place, shape, parts }) => ({
            ...({
              datatype: place === 0 ? 'BYTES' : 'UINT8',
              shape,
              data: Buffer.concat(parts),
            } as const),
          }));
          for (const [place, part] of splitOutputs(outputs, sizes)!.entries()) {
            expect(part.map(({ data, shape }) => ({ data, shape }))).toEqual(
              taken[place]!.inputs.map(({ data, shape }) => ({ data, shape })),
            );
          }
          done += count;
        }
      }),
    );
  });

  it('joins no calls that differ, nor of a model that does not work by rows', () => {
    const call = (shape: number[], outputs = [0]): BatchCall => {
      const inputs = [{ port: 0, shape, data: Buffer.alloc(0) }];
      return { inputs, outputs, rows: rowsOf(inputs), key: batchKey(inputs, outputs) };
    };
    expect(takeCount([call([1, 2]), call([5, 2])], 9)).toBe(2);
    expect(takeCount([call([1, 2]), call([5, 3])], 9)).toBe(1);
    expect(takeCount([call([1, 2]), call([5, 2], [1])], 9)).toBe(1);
    expect(takeCount([call([0, 2]), call([1, 2])], 9)).toBe(1);
    expect(splitOutputs([{ datatype: 'UINT8', shape: [3], data: Buffer.alloc(3) }], [1, 1])).toBe(
      null,
    );
    expect(isJoinable(ports)).toBe(true);
    expect(isJoinable({ ...ports, outputs: [port('C', 'int8', [1])] })).toBe(false);
  });
});

describe('the rate of a caller', () => {
  it('never passes what it is, whenever the calls come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (gaps, perSecond) => {
          const take = createTrialRate({ perSecond });
          let now = 0;
          let made = 0;
          for (const gap of gaps) {
            now += gap;
            const wait = take('a', now);
            if (wait === 0) made += 1;
            else expect(take('b', now)).toBeLessThan(1);
          }
          expect(made).toBeLessThanOrEqual(2 * perSecond + (now / 1000) * perSecond + 1e-6);
        },
      ),
    );
  });
});
