import { onnxFile } from '#kernel/testing-onnx.ts';
import { vendor } from '../testing.ts';
import { simple, type TrialHouse } from '../trials/testing-trials.ts';
import type { TrafficTerms } from './endpoint-entities.ts';

/** For tests: a repository with models that take and give the same, and answer differently. */

/** As `simple`, with its two answers changed about. */
function swapped(): Buffer {
  const inputs = ['INPUT0', 'INPUT1'];
  const port = (name: string) => ({ name, type: 'INT32' as const, shape: ['rows', 16] });
  return onnxFile({
    inputs: inputs.map(port),
    outputs: ['OUTPUT0', 'OUTPUT1'].map(port),
    nodes: [
      { operator: 'Sub', inputs, outputs: ['OUTPUT0'] },
      { operator: 'Add', inputs, outputs: ['OUTPUT1'] },
    ],
  });
}

/** Trials of `simple`, of the swapped one, and of `simple` once more, by their paths. */
export async function openModels({ repository, serving }: TrialHouse, batchMax = 32) {
  const files = {
    ...{ 'stable/model.onnx': simple, 'next/model.onnx': swapped(), 'copy/model.onnx': simple },
  };
  const { repositoryId } = await repository(files);
  const create = async (path: string) => {
    const input = { repositoryId, path: `${path}/model.onnx`, batchMax, delayMs: 0 };
    return (await serving.handlers.createTrial(input, vendor)).trialId;
  };
  const [stable, next, copy] = [await create('stable'), await create('next'), await create('copy')];
  return { repositoryId, stable, next, copy };
}

/** All to one trial, and shares to others. */
export function trafficTo(
  primary: string,
  canary: [string, number] | null = null,
  shadow: [string, number] | null = null,
): TrafficTerms {
  const share = (of: [string, number] | null) => of && { trialId: of[0], percent: of[1] };
  return { primary, canary: share(canary), shadow: share(shadow) };
}
