import { ORPCError } from '@orpc/client';
import type { Asked } from './asked.ts';
import { type TaskAnswer, taskAddress } from './served-tasks.ts';

/** An answer, and how long it took: the model itself with its queue, and all of the way there and back. */
export type Answered = { answer: TaskAnswer; tookMs: number; roundTripMs: number };

/** Asks through the very door that others use. Throws as a call of an operation does. */
export async function askTask(
  trialId: string,
  { body, mediaType }: Pick<Asked, 'body' | 'mediaType'>,
  signal: AbortSignal,
): Promise<Answered> {
  const began = performance.now();
  const response = await fetch(taskAddress(trialId), {
    ...{ method: 'POST', body, signal },
    headers: { 'content-type': mediaType },
  });
  if (!response.ok) throw await failureOf(response);
  const answer: TaskAnswer = await response.json();
  return { answer, tookMs: answer.tookMs, roundTripMs: performance.now() - began };
}

async function failureOf(response: Response): Promise<Error> {
  const { status } = response;
  const said: unknown = await response.json().catch(() => null);
  const { code, message, data }: { code?: unknown; message?: unknown; data?: unknown } =
    typeof said === 'object' && said !== null ? said : {};
  return new ORPCError(typeof code === 'string' ? code : 'kernel.unavailable', {
    status,
    message: typeof message === 'string' ? message : response.statusText,
    data,
  });
}
