import type { Call } from '#kernel/principal.ts';
import { encodeTaskRequest } from '#modules/compute';
import { servingErrors } from '../errors.ts';
import type { FoundModel, TrialCalls } from '../trials/trial-calls.ts';
import type { TrialRow } from '../trials/trial-store.ts';
import { servedTaskOf, type TaskAnswer, type TaskReply, taskAnswer } from './task-entities.ts';
import { countOfInput, type TaskInput } from './task-input.ts';
import { inputKinds, type ServedTask } from './task-shapes.ts';

export type TaskCalls = {
  /** What the model is there for. Throws `serving.called_otherwise`. */
  taskOf(found: FoundModel): ServedTask;
  /**
   * Has a program answer one call, which is counted before this resolves; `tookMs` is all that passed meanwhile. Its answer is what
   * its task promises, or `serving.model_failed` with the reason `output_invalid`. Throws what `ModelRunner.ask` does,
   * `serving.called_otherwise`, `serving.request_refused`, `serving.calls_many` and `serving.stopped`, and what `accept` does, after which nothing is counted.
   */
  answer(asked: {
    found: FoundModel;
    input: TaskInput;
    call: Call;
    accept?: (answer: TaskAnswer) => void;
  }): Promise<TaskReply>;
};

export function createTaskCalls({ calls }: { calls: TrialCalls }): TaskCalls {
  const taskOf = ({ trial, modelName: model }: FoundModel): ServedTask => {
    const task = trial.runtime === 'task' ? servedTaskOf(trial.task) : null;
    if (!task) throw servingErrors.make.called_otherwise({ model, place: placeOf(trial) });
    return task;
  };
  return {
    taskOf,
    async answer({ found, input, call, accept }) {
      const began = performance.now();
      const answered = await calls.counted(
        found,
        async (taken, ask) => {
          const task = taskOf(taken);
          if (inputKinds[task] !== input.kind) {
            const problem = `${task} takes ${inputKinds[task]}, not ${input.kind}`;
            throw servingErrors.make.request_refused({ problem });
          }
          const data = requestOf(input);
          const [result] = await ask({
            inputs: [{ port: 0, shape: [data.length], data }],
            ...{ outputs: [0], rows: null, key: '', signal: call.signal },
          });
          const answer = answerOf(task, result?.data ?? Buffer.alloc(0), input);
          accept?.(answer);
          const tokensIn = answer.task === 'feature-extraction' ? answer.output.tokens : 0;
          const model = modelOf(taken);
          return { answer: { ...answer, model }, rows: countOfInput(input), tokensIn };
        },
        call,
      );
      const tookMs = Math.round((performance.now() - began) * 10) / 10;
      return { ...answered, tookMs, trial: true };
    },
  };
}

/** Where a model that answers no tasks is called. */
function placeOf({ remote }: TrialRow): string {
  return remote?.protocol === 'openai' ? '/v1/models' : '/v2/models';
}

function modelOf({ trial }: FoundModel): TaskReply['model'] {
  return {
    trialId: trial.id,
    repositoryId: trial.repository_id,
    revisionDigest: trial.revision_digest,
    revisionNumber: trial.revision_number,
  };
}

function requestOf({ kind: _, ...input }: TaskInput): Buffer {
  if (!('bytes' in input)) return encodeTaskRequest(input, null);
  const { bytes, ...head } = input;
  return encodeTaskRequest(head, bytes);
}

/** The answer as its task has it. Throws `serving.model_failed`. */
function answerOf(task: ServedTask, text: Buffer, input: TaskInput): TaskAnswer {
  const reason = 'output_invalid';
  const refuse = (detail: string) => servingErrors.make.model_failed({ reason, detail });
  let output: unknown;
  try {
    output = JSON.parse(text.toString('utf8'));
  } catch {
    throw refuse('Its answer is no JSON.');
  }
  const { data, error } = taskAnswer.safeParse({ task, output });
  if (!data) {
    const [issue] = error.issues;
    const place = issue?.path.join('.').slice(0, 100);
    throw refuse(`Its answer has not the form of ${task}: ${place}: ${issue?.message}.`);
  }
  const asked = countOfInput(input);
  const given = countOfAnswer(data);
  if (given !== null && given !== asked) throw refuse(`It gave ${given} answers to ${asked}.`);
  return data;
}

/** How many entries were answered; null where one call is one answer. */
function countOfAnswer(answer: TaskAnswer): number | null {
  switch (answer.task) {
    case 'text-classification':
    case 'token-classification':
      return answer.output.length;
    case 'feature-extraction':
      return answer.output.embeddings.length;
    case 'anomaly-detection':
      return answer.output.points.length;
    default:
      return null;
  }
}
