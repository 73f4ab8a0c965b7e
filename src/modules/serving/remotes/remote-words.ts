import type { Failure } from '#kernel/errors.ts';
import { servingErrors } from '../errors.ts';
import type { RemoteServer } from './remote-servers.ts';

/** What a server elsewhere says of an error, as callers here may read it. */

const CHARACTERS_MAX = 300;
const SECONDS_MAX = 3_600;

/** The error of an answer that is none: what the operator has to mend is told apart from what passes. */
export function remoteProblem(
  { origin }: Pick<RemoteServer, 'origin'>,
  status: number,
  retryAfter: string | null | undefined,
): Failure {
  if (status === 429) {
    const seconds = Math.min(SECONDS_MAX, Math.max(1, Math.ceil(Number(retryAfter) || 1)));
    return servingErrors.make.remote_busy({ origin, seconds });
  }
  const problem =
    status === 401 || status === 403
      ? 'it refuses the key that the operator gave for it'
      : status === 404
        ? 'it has no such model'
        : `it answered with status ${status}`;
  return servingErrors.make.remote_failed({ origin, problem });
}

/**
 * The words of an error body, `{"error": text}` or `{"error": {"message": text}}`, as one line of printable text. The
 * key never stands in it, should the server repeat it.
 */
export function remoteWords({ key }: Pick<RemoteServer, 'key'>, body: Buffer): string {
  const said = errorOf(body);
  const text = typeof said.message === 'string' ? said.message : 'it gives no reason';
  const line = text.replace(/[\s\p{C}]+/gu, ' ').trim();
  return (key === null ? line : line.replaceAll(key, '…')).slice(0, CHARACTERS_MAX);
}

/** A code that clients may go by, such as `context_length_exceeded`; null where there is none. */
export function remoteCode(body: Buffer): string | null {
  const { code } = errorOf(body);
  return typeof code === 'string' && /^[a-z_]{1,64}$/.test(code) ? code : null;
}

function errorOf(body: Buffer): { message?: unknown; code?: unknown } {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const error = isObject(value) ? (value.error ?? value) : null;
    return isObject(error) ? error : { message: error };
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
