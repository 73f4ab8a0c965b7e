import type { DoorReply } from '#kernel/door.ts';
import { categories, type Failure } from '#kernel/errors.ts';

/** Answers and errors in OpenAI's form (https://platform.openai.com/docs/guides/error-codes). */

export function json(value: unknown): DoorReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}

const statuses: Readonly<Record<string, number>> = {
  'kernel.too_large': 413,
  'kernel.internal': 500,
  'serving.model_timeout': 504,
};

/** Codes by which existing clients tell errors apart; others keep their own. */
const codes: Readonly<Record<string, string>> = {
  'kernel.not_signed_in': 'invalid_api_key',
  'serving.model_missing': 'model_not_found',
  'serving.version_missing': 'model_not_found',
  'serving.called_otherwise': 'model_not_supported',
  'serving.calls_many': 'rate_limit_exceeded',
  'serving.remote_busy': 'rate_limit_exceeded',
  'serving.content_refused': 'content_filter',
};

export type OpenaiError = {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
};

export function errorOf({ code, category, message, data }: Failure): OpenaiError {
  const own = typeof data.code === 'string' ? data.code : null;
  const kinds = {
    ...{ denied: 'permission_error', limited: 'rate_limit_error', unavailable: 'server_error' },
    ...{ unauthenticated: 'authentication_error', conflict: 'conflict_error' },
    ...{ invalid: 'invalid_request_error', missing: 'invalid_request_error' },
  };
  return {
    message,
    type: kinds[category],
    param: typeof data.param === 'string' ? data.param : null,
    code: own ?? codes[code] ?? code,
  };
}

export function refuse(failure: Failure): DoorReply {
  const { seconds } = failure.data;
  return {
    status: statuses[failure.code] ?? categories[failure.category].http,
    headers: {
      'content-type': 'application/json',
      ...(typeof seconds === 'number' ? { 'retry-after': String(Math.ceil(seconds)) } : {}),
      // The official clients send what was refused with 409 again, unless they are told.
      ...(categories[failure.category].retry === 'later' ? {} : { 'x-should-retry': 'false' }),
    },
    body: JSON.stringify({ error: errorOf(failure) }),
  };
}
