import type { TrialDetail } from './trial-view.tsx';

/** An example of a call, made from what a model takes. */

type Model = NonNullable<TrialDetail['model']>;
type Port = Model['inputs'][number];

/** What the JSON of an example may hold at most, for a page to show. */
const ELEMENTS_MAX = 4_096;
const ELEMENTS_OF_COMMAND_MAX = 256;

/** A valid shape: one where any size will do. */
export const exampleShape = ({ shape }: Port): number[] =>
  shape.map((size) => (size === -1 ? 1 : size));

const countOf = (port: Port) => exampleShape(port).reduce((product, size) => product * size, 1);

const element = (datatype: Port['datatype']): unknown =>
  datatype === 'BYTES' ? 'text' : datatype === 'BOOL' ? false : 0;

function elementsOf({ inputs }: Model): number {
  return inputs.reduce((sum, port) => sum + countOf(port), 0);
}

/** The request as JSON; null where it would be too long, or has what JSON cannot say. */
export function exampleRequest(model: Model): object | null {
  const ports = [...model.inputs, ...model.outputs];
  if (elementsOf(model) > ELEMENTS_MAX || ports.some(({ datatype }) => datatype === 'FP16')) {
    return null;
  }
  const inputs = model.inputs.map((port) => ({
    name: port.name,
    datatype: port.datatype,
    shape: exampleShape(port),
    data: Array.from({ length: countOf(port) }, () => element(port.datatype)),
  }));
  return { inputs };
}

/** The call with curl; null where its body is too long for a command. */
export function curlSnippet(address: string, model: Model): string | null {
  const request = elementsOf(model) > ELEMENTS_OF_COMMAND_MAX ? null : exampleRequest(model);
  if (request === null) return null;
  const body = JSON.stringify(request).replaceAll("'", String.raw`'\''`);
  return `curl "${address}" -H "authorization: Bearer $TOUYAN_KEY" -H "content-type: application/json" -d '${body}'`;
}

const numpyTypes: Record<Port['datatype'], string> = {
  ...{ BOOL: 'bool_', UINT8: 'uint8', UINT16: 'uint16', UINT32: 'uint32', UINT64: 'uint64' },
  ...{ INT8: 'int8', INT16: 'int16', INT32: 'int32', INT64: 'int64' },
  ...{ FP16: 'float16', FP32: 'float32', FP64: 'float64', BYTES: 'object_' },
};

/** The call with Triton's own Python client and binary tensors. */
export function pythonSnippet(origin: string, trialId: string, model: Model): string {
  const { host, protocol } = new URL(origin);
  const secure = protocol === 'https:' ? ', ssl=True' : '';
  const inputs = model.inputs.flatMap((port) => {
    const [name, shape] = [JSON.stringify(port.name), JSON.stringify(exampleShape(port))];
    const type = `np.${numpyTypes[port.datatype]}`;
    const data =
      port.datatype === 'BYTES'
        ? `np.full(${shape}, "text", ${type})`
        : `np.zeros(${shape}, ${type})`;
    return [
      `inputs.append(triton.InferInput(${name}, ${shape}, "${port.datatype}"))`,
      `inputs[-1].set_data_from_numpy(${data})`,
    ];
  });
  const first = JSON.stringify(model.outputs[0]?.name ?? '');
  return [
    '# pip install "tritonclient[http]"',
    'import os',
    'import numpy as np',
    'import tritonclient.http as triton',
    '',
    `client = triton.InferenceServerClient("${host}"${secure})`,
    'inputs = []',
    ...inputs,
    'headers = {"Authorization": "Bearer " + os.environ["TOUYAN_KEY"]}',
    `print(client.infer("${trialId}", inputs, headers=headers).as_numpy(${first}))`,
  ].join('\n');
}

/** The call with fetch, in a module of Node.js, Deno or Bun. */
export function scriptSnippet(address: string, model: Model): string {
  const inputs = model.inputs.map((port) => {
    const fill = `Array(${countOf(port)}).fill(${JSON.stringify(element(port.datatype))})`;
    const { name, datatype } = port;
    const shape = JSON.stringify(exampleShape(port));
    return `  { name: ${JSON.stringify(name)}, datatype: "${datatype}", shape: ${shape}, data: ${fill} },`;
  });
  return [
    'import { env } from "node:process";',
    'const inputs = [',
    ...inputs,
    '];',
    `const answer = await fetch("${address}", {`,
    '  method: "POST",',
    `  headers: { authorization: \`Bearer \${env.TOUYAN_KEY}\` },`,
    '  body: JSON.stringify({ inputs }),',
    '});',
    'console.log(await answer.json());',
  ].join('\n');
}
