import type { DoorReply } from '#kernel/door.ts';
import { categories, type Failure } from '#kernel/errors.ts';

type Plain = Exclude<DoorReply, { streaming: true }>;

/** Pages of other sites may read answers of this door, as browser clients of the Hub do; no cookie is sent with it. */
export const SHARED_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': [
    ...['accept-ranges', 'content-length', 'content-range', 'etag', 'link', 'x-error-code'],
    ...['x-error-message', 'x-linked-etag', 'x-linked-size', 'x-repo-commit', 'x-request-id'],
    'x-total-count',
  ].join(', '),
};

export function jsonReply(
  body: unknown,
  more: { status?: number; headers?: Record<string, string> } = {},
): Plain {
  return {
    status: more.status ?? 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, no-cache',
      ...SHARED_HEADERS,
      ...more.headers,
    },
    body: JSON.stringify(body),
  };
}

/** Codes of our errors, and what the clients know them by. */
const hubCodes: Record<string, { status: number; code?: string; message?: string }> = {
  'kernel.missing': { status: 404, code: 'RepoNotFound' },
  'hub.access_needed': { status: 403, code: 'GatedRepo' },
  'hub.revision_missing': { status: 404, code: 'RevisionNotFound' },
  'hub.ref_missing': { status: 404, code: 'RevisionNotFound' },
  'hub.file_missing': { status: 404, code: 'EntryNotFound' },
  'hub.head_moved': { status: 412 },
  'hub.repository_closed': { status: 403, message: 'Access to this resource is disabled.' },
  'kernel.too_large': { status: 413 },
  // The very words by which clients tell a bad token from a hidden repository.
  'parties.key_refused': {
    status: 401,
    message: 'Invalid credentials in Authorization header',
  },
};

/**
 * An error in the words of the Hub: `X-Error-Code`, `X-Error-Message`, and `{error}` as JSON. The clients
 * raise their typed errors by these (huggingface_hub, `hf_raise_for_status`).
 */
export function hubRefusal(failure: Failure): Plain {
  const known = hubCodes[failure.code];
  const message = known?.message ?? failure.message;
  const seconds = failure.data.seconds;
  const commit = failure.data.commit;
  return jsonReply(
    { error: message },
    {
      status: known?.status ?? (failure.code === 'kernel.internal' ? 500 : statusOf(failure)),
      headers: {
        'x-error-message': headerText(message),
        ...(known?.code ? { 'x-error-code': known.code } : {}),
        ...(typeof commit === 'string' ? { 'x-repo-commit': commit } : {}),
        ...(typeof seconds === 'number' ? { 'retry-after': String(Math.ceil(seconds)) } : {}),
      },
    },
  );
}

const statusOf = (failure: Failure) => categories[failure.category].http;

/** Header fields hold visible ASCII (RFC 9110 section 5.5). */
export const headerText = (text: string) => text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 500);

/** `Link` to the next page (RFC 8288): absolute, as the clients demand. */
export function nextLink(
  origin: string,
  path: string,
  query: URLSearchParams,
  next: Record<string, string>,
): Record<string, string> {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(next)) parameters.set(name, value);
  return { link: `<${origin}${path}?${parameters}>; rel="next"` };
}
