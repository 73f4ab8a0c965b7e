import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as ort from 'onnxruntime-node';
import {
  type ServedTask,
  type TaskOutputs,
  taskOutputs,
} from '../src/modules/serving/tasks/task-shapes.ts';
import { buildAlgorithms, built } from './build.ts';

/** A line of a suite's cases.jsonl: what is asked and what is expected, by task. */
export type SuiteCase = { id: string; expected: unknown } & Readonly<Record<string, unknown>>;

export type BuiltAlgorithm<Task extends ServedTask> = {
  folder: string;
  cases: readonly SuiteCase[];
  /** What the program answers, held to the shape that the platform holds it to. */
  call(input: Readonly<Record<string, unknown>>): Promise<TaskOutputs[Task]>;
};

/** ONNX Runtime as the platform hands it in: threads are not a program's to say. */
const oneThread = {
  ...ort,
  InferenceSession: {
    create: (path: string, options?: ort.InferenceSession.SessionOptions) =>
      ort.InferenceSession.create(path, { ...options, intraOpNumThreads: 1 }),
  },
};

/** Builds an algorithm if need be, and loads its very program as the platform's process does. */
export async function openBuilt<Task extends ServedTask>(
  name: string,
  task: Task,
): Promise<BuiltAlgorithm<Task>> {
  await buildAlgorithms([name]);
  return openProgram(join(built, name), task);
}

/** Loads the program of a folder that has all it needs. */
export async function openProgram<Task extends ServedTask>(
  folder: string,
  task: Task,
): Promise<BuiltAlgorithm<Task>> {
  const manifest = JSON.parse(await readFile(join(folder, 'task.json'), 'utf8'));
  assert.equal(manifest.task, task);
  const address = pathToFileURL(join(folder, manifest.entry)).href;
  const { default: create } = await import(/* @vite-ignore */ address);
  const program = await create({ ort: oneThread, folder, options: manifest.options });
  const suite = await readFile(join(folder, 'suite', 'cases.jsonl'), 'utf8');
  return {
    folder,
    cases: suite
      .trim()
      .split('\n')
      .map((line): SuiteCase => JSON.parse(line)),
    async call(input) {
      const answer = await program.call({ parameters: {}, ...input });
      return taskOutputs[task].parse(answer) as TaskOutputs[Task];
    },
  };
}
