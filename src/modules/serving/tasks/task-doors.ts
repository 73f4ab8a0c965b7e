import type { Door, DoorReply } from '#kernel/door.ts';
import { categories, type Failure } from '#kernel/errors.ts';
import type { ServingOptions } from '../config.ts';
import { readBody } from '../oip/body.ts';
import type { TrialCalls } from '../trials/trial-calls.ts';
import type { TaskCalls } from './task-calls.ts';
import { taskInputOfBody } from './task-input.ts';

const statuses: Record<string, number> = {
  'kernel.too_large': 413,
  'kernel.internal': 500,
  'serving.media_type_refused': 415,
  'serving.model_timeout': 504,
};

/** Task-level calls: a picture, sound, text or table in, what the task promises out, as JSON. */
export function taskDoors(
  options: ServingOptions,
  { calls, tasks }: { calls: Pick<TrialCalls, 'find'>; tasks: TaskCalls },
): Door[] {
  const bodyBytesMax = options.SERVING_MODEL_BODY_BYTES_MAX;
  return [
    {
      ...{ module: 'serving', name: 'callTaskRaw', method: 'POST', path: '/v1/tasks/:model' },
      summary: 'Have a model answer a picture, a sound, a text or a table, as it is or as JSON.',
      ...{ permission: 'serving.trial.read', bodyBytesMax },
      leased: true,
      errors: ['invalid', 'unauthenticated', 'missing', 'conflict', 'limited', 'unavailable'],
      async handle({ raw, params }, call) {
        const found = await calls.find(params.model ?? '', null, call);
        const task = tasks.taskOf(found);
        const type = raw.headers['content-type'] ?? '';
        const input = taskInputOfBody(task, type, await readBody(raw, bodyBytesMax));
        return jsonReply(200, await tasks.answer({ found, input, call }));
      },
      refuse,
    },
  ];
}

function jsonReply(status: number, value: unknown, headers?: Record<string, string>): DoorReply {
  return {
    ...{ status, headers: { 'content-type': 'application/json', ...headers } },
    body: JSON.stringify(value),
  };
}

/** The body of every error of the platform, with the statuses that HTTP has for media types and gateways. */
function refuse({ code, category, message, data }: Failure): DoorReply {
  const status = statuses[code] ?? categories[category].http;
  const { seconds } = data;
  const after =
    typeof seconds === 'number' ? { 'retry-after': String(Math.ceil(seconds)) } : undefined;
  return jsonReply(status, { defined: true, code, status, message, data }, after);
}
