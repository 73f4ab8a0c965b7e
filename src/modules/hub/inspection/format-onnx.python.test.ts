import { execFile, execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeOnnx } from './format-onnx.ts';
import { openFileSource } from './format-source.ts';

/** What we say of models that people use is what the package of ONNX itself reads in them. */

const versions = ['onnx==1.23.2'];
/** Packages that bring models with them: kinds of files by Google, voice activity by Silero. */
const withModels = ['magika==1.0.3', 'silero-vad==6.2.3'];
const folder = join(
  homedir(),
  '.cache',
  'touyan',
  `python-${[...versions, ...withModels].join('-')}`,
);
const python = join(folder, 'bin', 'python');

function installed(): boolean {
  if (existsSync(join(folder, 'ready'))) return true;
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
    for (const packages of [versions, ['--no-deps', ...withModels]]) {
      execFileSync(python, ['-m', 'pip', 'install', '-q', ...packages], { stdio: 'ignore' });
    }
    mkdirSync(join(folder, 'ready'));
    return true;
  } catch {
    process.stderr.write('onnx cannot be installed: comparing with it is left out\n');
    return false;
  }
}

const script = `
import json, math, sys, onnx
from collections import Counter
def tensors(attribute):
    return [attribute.t] if attribute.HasField('t') else list(attribute.tensors)
def walk(graph, operators, sizes):
    sizes.extend(math.prod(t.dims) for t in graph.initializer)
    for node in graph.node:
        operators[(node.domain or 'ai.onnx') + ':' + node.op_type] += 1
        for attribute in node.attribute:
            sizes.extend(math.prod(t.dims) for t in tensors(attribute))
            for inner in ([attribute.g] if attribute.HasField('g') else []) + list(attribute.graphs):
                walk(inner, operators, sizes)
def value(info):
    kind = info.type.tensor_type
    dims = [d.dim_param or (d.dim_value if d.HasField('dim_value') else None) for d in kind.shape.dim]
    return [info.name, kind.elem_type, dims]
model = onnx.load(sys.argv[1], load_external_data=False)
operators, sizes = Counter(), []
walk(model.graph, operators, sizes)
names = {t.name for t in model.graph.initializer}
print(json.dumps({
  'irVersion': model.ir_version,
  'opsets': [[o.domain or 'ai.onnx', o.version] for o in model.opset_import],
  'inputs': [value(v) for v in model.graph.input if v.name not in names],
  'outputs': [value(v) for v in model.graph.output],
  'operators': dict(operators), 'parametersCount': sum(sizes),
  'types': {str(v): k for k, v in onnx.TensorProto.DataType.items()},
}))`;

/** Ours by onnx's own names of types. */
const named: Readonly<Record<string, string>> = { FLOAT: 'float32', DOUBLE: 'float64' };

describe.runIf(installed())('beside the package onnx', () => {
  const models = globSync('lib/python*/site-packages/{magika,silero_vad}/**/*.onnx', {
    cwd: folder,
  });
  it('there are models to compare', () => {
    expect(models.length).toBeGreaterThan(5);
  });

  it.each(models)('%s is described alike', async (name) => {
    const path = join(folder, name);
    const { stdout } = await promisify(execFile)(python, ['-c', script, path]);
    const theirs = JSON.parse(stdout);
    const { source, close } = openFileSource(path, statSync(path).size);
    const ours = describeOnnx(source).description;
    close();
    const typed = ([name, type, shape]: [string, number, unknown[]]) => {
      const word: string = theirs.types[String(type)];
      return { name, dtype: named[word] ?? word.toLowerCase(), shape };
    };
    expect({ ...ours, operators: undefined }).toMatchObject({
      irVersion: theirs.irVersion,
      opsets: theirs.opsets.map(([domain, version]: [string, number]) => ({ domain, version })),
      inputs: theirs.inputs.map(typed),
      outputs: theirs.outputs.map(typed),
      parametersCount: theirs.parametersCount,
    });
    const counts = ours.operators.map(({ domain, name, count }) => [`${domain}:${name}`, count]);
    expect(Object.fromEntries(counts)).toEqual(theirs.operators);
  });
});
