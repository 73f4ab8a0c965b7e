import type { Door } from '#kernel/door.ts';
import type { Kernel } from '#kernel/module.ts';
import { type ArchiveEntry, tarOf, tarSize } from './archive-tar.ts';
import { ZIP_BYTES_MAX, ZIP_FILES_MAX, zipOf, zipSize } from './archive-zip.ts';
import { attachment, resolveFiles } from './downloads.ts';
import { hubErrors } from './errors.ts';
import * as store from './store.ts';

/**
 * `GET …/revisions/<digest or head>/archive.tar` and `archive.zip`: all files of a revision in one stream,
 * in a folder named after the repository. Nothing is compressed and nothing kept: the length is known
 * before the first byte, and the same revision gives the same bytes.
 */
export function archiveDoors(kernel: Kernel): Door[] {
  return [archiveDoor(kernel, 'tar'), archiveDoor(kernel, 'zip')];
}

function archiveDoor(kernel: Kernel, format: 'tar' | 'zip'): Door {
  return {
    module: 'hub',
    name: format === 'tar' ? 'downloadTar' : 'downloadZip',
    method: 'GET',
    path: `/api/v1/hub/repositories/:repositoryId/revisions/:revision/archive.${format}`,
    summary: `Download all files of a revision as one ${format}.`,
    permission: 'open',
    bodyBytesMax: 0,
    errors: ['unauthenticated', 'denied', 'missing', 'invalid'],
    async handle({ params }, call) {
      const ref = await resolveFiles(kernel, params, call);
      const { revisionDigest } = ref;
      const repository = await store.readRepository(kernel.db.read, ref.repositoryId);
      const files = await store.allFiles(kernel.db.read, ref);
      if (!repository || files.length === 0) {
        throw hubErrors.make.revision_missing({ revisionDigest });
      }
      const entries = files.map(
        (file): ArchiveEntry => ({
          path: `${repository.name}/${file.path}`,
          sizeBytes: file.sizeBytes,
          read: () => kernel.blobs.get(file.digest),
        }),
      );
      const size = format === 'tar' ? tarSize(entries) : zipSize(entries);
      if (format === 'zip' && (size > ZIP_BYTES_MAX || entries.length > ZIP_FILES_MAX)) {
        throw hubErrors.make.archive_too_large();
      }
      const short = revisionDigest.slice('sha256:'.length, 'sha256:'.length + 12);
      return {
        status: 200,
        headers: {
          ...attachment(`${repository.name}-${short}.${format}`),
          'content-type': format === 'tar' ? 'application/x-tar' : 'application/zip',
          'content-length': String(size),
          'cache-control': 'private, no-cache',
          'x-touyan-revision': revisionDigest,
        },
        body: format === 'tar' ? tarOf(entries) : zipOf(entries),
      };
    },
  };
}
