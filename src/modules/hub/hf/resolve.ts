import type { Door, DoorReply } from '#kernel/door.ts';
import { attachment, rangedReply } from '../downloads.ts';
import { hubErrors } from '../errors.ts';
import { findingsHeader } from '../inspection/findings-reads.ts';
import { servedTypeOf } from '../media-types.ts';
import { readFile } from '../store.ts';
import { commitOf, type HubType, hexOf } from './names.ts';
import { headerText, SHARED_HEADERS } from './reply.ts';
import { filesOfPath, type HfUses } from './uses.ts';

/**
 * `GET` and `HEAD /{owner}/{name}/resolve/{revision}/{path}`: a file, in part where `Range` asks so. The
 * `ETag` is its SHA-256 alone, by which the clients name it in their caches and check what they have.
 */
export function resolveDoor(
  uses: HfUses,
  type: HubType,
  method: 'GET' | 'HEAD',
): Pick<Door, 'handle'> {
  const { kernel } = uses;
  return {
    async handle(request, call): Promise<DoorReply> {
      const { repository, ref } = await filesOfPath(uses, type, request, call);
      const path = request.params['*'] ?? '';
      const commit = commitOf(ref.revisionDigest);
      const file = await readFile(kernel.db.read, ref, path);
      if (!file) throw hubErrors.make.file_missing({ path, commit });
      const findings = await findingsHeader(kernel.db.read, file);
      const etag = `"${hexOf(file.digest)}"`;
      const named = /^(?:sha256:)?(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(
        request.params.revision ?? '',
      );
      const empty = file.sizeBytes === 0;
      const isPublic = repository.audience === 'public' && repository.gated === null;
      // What a digest names never changes. Where access may be withdrawn, a copy is asked about each time.
      const kept = isPublic ? 'public, max-age=31536000, immutable' : 'private, no-cache';
      return rangedReply(kernel.blobs, file, {
        method,
        requestHeaders: empty ? {} : request.raw.headers,
        headers: {
          // Clients learn the size by asking for the first byte; of an empty file they get this.
          ...(empty ? { 'content-range': 'bytes */0' } : {}),
          ...attachment(path.split('/').at(-1) ?? 'file'),
          ...SHARED_HEADERS,
          'content-type': servedTypeOf(file.mediaType),
          etag,
          'accept-ranges': 'bytes',
          'cache-control': named ? kept : 'no-cache',
          'x-repo-commit': commit,
          'x-linked-etag': etag,
          'x-linked-size': String(file.sizeBytes),
          ...(file.caution ? { 'x-touyan-caution': file.caution } : {}),
          'x-touyan-findings': findings,
          // The Python client shows this to its user.
          ...(findings.startsWith('danger')
            ? { 'x-hf-warning': headerText(`findings; ${path}: ${findings}`) }
            : {}),
        },
      });
    },
  };
}
