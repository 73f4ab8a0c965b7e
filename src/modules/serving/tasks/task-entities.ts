import * as z from 'zod';
import { digest } from '#kernel/entities.ts';
import {
  type ServedTask,
  servedTasks,
  TABLE_ROWS_MAX,
  TEXT_CHARACTERS_MAX,
  TEXTS_MAX,
  tableRow,
  taskOutputs,
} from './task-shapes.ts';

/** Calls of tasks as JSON. Browser-safe. */

const scalar = z.union([z.null(), z.boolean(), z.number(), z.string().max(1_000)]);

/** What a caller sets for one call; each program says which it knows. */
export const taskParameters = z
  .record(z.string().min(1).max(100), z.union([scalar, z.array(scalar).max(100)]))
  .refine((parameters) => Object.keys(parameters).length <= 50, 'has more than 50 members');
export type TaskParameters = z.output<typeof taskParameters>;

export const taskText = z.string().max(TEXT_CHARACTERS_MAX);

/** `inputs` as the task takes them; a picture (JPEG, PNG) or a sound (WAV) in base64. */
export const taskRequest = z.object({
  inputs: z
    .union([z.string(), z.array(taskText).max(TEXTS_MAX), z.array(tableRow).max(TABLE_ROWS_MAX)])
    .describe('a picture or sound in base64, a text, texts, or the rows of a table'),
  parameters: taskParameters.optional().describe('what the program lets its callers set'),
});

const answerOf = <Task extends ServedTask>(task: Task) =>
  z.object({ task: z.literal(task), output: taskOutputs[task] });

/** What a program answered, as its task promises it. */
export const taskAnswer = z.discriminatedUnion('task', [
  answerOf('image-classification'),
  answerOf('object-detection'),
  answerOf('optical-character-recognition'),
  answerOf('voice-activity-detection'),
  answerOf('text-classification'),
  answerOf('token-classification'),
  answerOf('feature-extraction'),
  answerOf('anomaly-detection'),
]);
export type TaskAnswer = z.output<typeof taskAnswer>;

const called = z.object({
  tookMs: z.number().describe('from the call to its answer, waiting included'),
  model: z.object({
    trialId: z.string(),
    repositoryId: z.string(),
    revisionDigest: digest,
    revisionNumber: z.number().int(),
  }),
  trial: z.literal(true).describe('it is there to be tried: not certified, not approved, not sold'),
});

export const taskReply = z.intersection(taskAnswer, called);
export type TaskReply = z.output<typeof taskReply>;

/** The task by its name; null where nothing here serves it. */
export function servedTaskOf(name: string | null): ServedTask | null {
  return servedTasks.find((task) => task === name) ?? null;
}
