import { ORPCError } from '@orpc/client';
import { uploadHref } from './hub-address.ts';

/** Larger files are not read into memory for their digest: the platform computes it alone. */
const digestBytesMax = 64 * 1024 * 1024;

export type Uploaded = { readonly digest: string; readonly sizeBytes: number };

/**
 * `sha256:<hex>` of a file, so that the platform notices what was damaged on the way. Null where the
 * file is too large, or where the page came over plain HTTP and the browser offers no cryptography.
 */
export async function digestOf(file: Blob): Promise<string | null> {
  const { subtle }: { subtle?: SubtleCrypto } = crypto;
  if (subtle === undefined || file.size > digestBytesMax) return null;
  const hash = await subtle.digest('SHA-256', await file.arrayBuffer());
  const hex = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `sha256:${hex}`;
}

/**
 * Uploads one file to be published with a revision. `fetch` tells nothing about its progress, hence
 * XMLHttpRequest. Throws an ORPCError as every call does, and an AbortError when it was stopped.
 */
export function uploadFile(
  options: { repositoryId: string; file: Blob; digest: string | null; signal: AbortSignal },
  onProgress: (ratio: number) => void,
): Promise<Uploaded> {
  const { repositoryId, file, digest, signal } = options;
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open('PUT', uploadHref(repositoryId, digest ?? 'any'));
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => {
      if (total > 0) onProgress(loaded / total);
    };
    request.onload = () => {
      const uploaded = readUploaded(request.response);
      if (request.status === 201 && uploaded !== null) done(uploaded);
      else failed(toError(request.status, request.response));
    };
    request.onerror = () => failed(new TypeError('network error during an upload'));
    request.onabort = () => failed(new DOMException('stopped', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function readUploaded(body: unknown): Uploaded | null {
  if (typeof body !== 'object' || body === null) return null;
  const { digest, sizeBytes } = { digest: null, sizeBytes: null, ...body };
  return typeof digest === 'string' && typeof sizeBytes === 'number' ? { digest, sizeBytes } : null;
}

function toError(status: number, body: unknown): ORPCError<string, unknown> {
  const given = typeof body === 'object' && body !== null ? body : {};
  const { code, message, data } = { code: null, message: null, data: {}, ...given };
  return new ORPCError(typeof code === 'string' ? code : 'kernel.unavailable', {
    status: status >= 400 ? status : 502,
    message: typeof message === 'string' ? message : `upload answered ${status}`,
    data,
  });
}
