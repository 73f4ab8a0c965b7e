import type { IncomingHttpHeaders } from 'node:http';
import type { Door, DoorReply } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { parseRange } from './byte-range.ts';
import type { RevisionFile } from './entities.ts';
import { hubErrors } from './errors.ts';
import { requireFiles } from './gate/file-access.ts';
import { findingsHeader } from './inspection/findings-reads.ts';
import { servedTypeOf } from './media-types.ts';
import * as store from './store.ts';

export type RevisionRef = { repositoryId: string; revisionDigest: string };

/**
 * The revision that a path names by digest or as `head`, once the caller may read its files. Throws
 * `kernel.missing` where it may not see it, `hub.access_needed`, `hub.revision_missing`.
 */
export async function resolveFiles(
  kernel: Kernel,
  params: Readonly<Record<string, string>>,
  call: Call,
): Promise<RevisionRef> {
  const { repository, ref } = await resolveRevision(kernel, params, call);
  await requireFiles(kernel.access, repository, call.principal);
  return ref;
}

/** As `resolveFiles`, for what a revision is described by: its files may be gated for the caller. */
export async function resolveRevision(
  { access, db }: Kernel,
  params: Readonly<Record<string, string>>,
  call: Call,
): Promise<{ repository: store.RepositoryRow; ref: RevisionRef }> {
  const { repositoryId = '', revision = '' } = params;
  const ref = { type: 'hub.repository', id: repositoryId };
  await access.require(call.principal, 'hub.repository.read', ref);
  const repository = await store.readRepository(db.read, repositoryId);
  if (!repository) throw kernelErrors.make.missing({ id: repositoryId });
  const revisionDigest = revision === 'head' ? repository.head_digest : revision;
  if (!revisionDigest) throw hubErrors.make.revision_missing({ revisionDigest: 'head' });
  return { repository, ref: { repositoryId, revisionDigest } };
}

/**
 * `GET` and `HEAD …/revisions/<digest or head>/files/<path>`: one file, in part where `Range` asks so.
 * It comes as an attachment under a type that no browser runs, so a page in a repository stays a file.
 */
export function fileDoors(kernel: Kernel): Door[] {
  const door = (method: 'GET' | 'HEAD'): Door => ({
    module: 'hub',
    name: method === 'GET' ? 'downloadFile' : 'headFile',
    method,
    path: '/api/v1/hub/repositories/:repositoryId/revisions/:revision/files/*',
    summary: method === 'GET' ? 'Download one file of a revision.' : 'Size and digest of a file.',
    permission: 'open',
    bodyBytesMax: 0,
    errors: ['unauthenticated', 'denied', 'missing', 'invalid'],
    async handle({ raw, params }, call) {
      const ref = await resolveFiles(kernel, params, call);
      const path = params['*'] ?? '';
      const file = await store.readFile(kernel.db.read, ref, path);
      if (!file) throw hubErrors.make.file_missing({ path });
      const findings = await findingsHeader(kernel.db.read, file);
      return replyWithFile(kernel, file, { method, headers: raw.headers, ref, findings });
    },
  });
  return [door('GET'), door('HEAD')];
}

type Asked = {
  method: 'GET' | 'HEAD';
  headers: IncomingHttpHeaders;
  ref: RevisionRef;
  /** Of its inspection. */
  findings: string;
};

function replyWithFile({ blobs }: Kernel, file: RevisionFile, asked: Asked): DoorReply {
  return rangedReply(blobs, file, {
    method: asked.method,
    requestHeaders: asked.headers,
    headers: {
      ...attachment(file.path.split('/').at(-1) ?? 'file'),
      'content-type': servedTypeOf(file.mediaType),
      etag: `"${file.digest}"`,
      'accept-ranges': 'bytes',
      // Access may be withdrawn, so a copy is asked about each time; the digest makes that cheap.
      'cache-control': 'private, no-cache',
      'x-touyan-revision': asked.ref.revisionDigest,
      'x-touyan-findings': asked.findings,
      ...(file.caution ? { 'x-touyan-caution': file.caution } : {}),
    },
  });
}

/**
 * A file under these headers, among them its `etag`: whole, in part where `Range` asks so (206 or 416), or nothing
 * where the reader has it already (304).
 */
export function rangedReply(
  blobs: Kernel['blobs'],
  file: { digest: string; sizeBytes: number },
  asked: {
    method: 'GET' | 'HEAD';
    requestHeaders: IncomingHttpHeaders;
    headers: Record<string, string> & { etag: string };
  },
): DoorReply {
  const { headers, requestHeaders } = asked;
  const { etag } = headers;
  if (matches(requestHeaders['if-none-match'], etag)) return { status: 304, headers };
  const condition = requestHeaders['if-range'];
  const wanted = condition === undefined || condition === etag ? requestHeaders.range : undefined;
  const range = parseRange(wanted, file.sizeBytes);
  if (range === 'unsatisfiable') {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${file.sizeBytes}` } };
  }
  const { start, end } = range === 'whole' ? { start: 0, end: file.sizeBytes } : range;
  const sized = { ...headers, 'content-length': String(end - start) };
  const partial = { 'content-range': `bytes ${start}-${end - 1}/${file.sizeBytes}` };
  const reply =
    range === 'whole'
      ? { status: 200, headers: sized }
      : { status: 206, headers: { ...sized, ...partial } };
  return asked.method === 'HEAD'
    ? reply
    : { ...reply, body: blobs.get(file.digest, { start, end }) };
}

function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

/**
 * Headers that make a browser save the answer under this name (RFC 6266, with the name in RFC 8187
 * form), never show it, whatever it takes the bytes for.
 */
export function attachment(name: string): Record<string, string> {
  const ascii = name.replace(/[^\w.-]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*!]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': ["default-src 'none'", 'sandbox'].join('; '),
  };
}
