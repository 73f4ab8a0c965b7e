import { readFile } from 'node:fs/promises';
import type { Blobs } from '#kernel/blobs.ts';
import { servingErrors } from '../errors.ts';
import { parseRemoteFile, REMOTE_FILE_BYTES_MAX, type RemoteSpec } from './remote-spec.ts';

/**
 * What a `remote.json` of a revision says. Throws `serving.not_a_model`. Whether its server may be called is another
 * question: the operator's list answers it.
 */
export async function findRemoteFile(
  revision: readonly { path: string; digest: string; sizeBytes: number }[],
  path: string,
  { blobs }: { blobs: Blobs },
): Promise<{
  task: string | null;
  remote: RemoteSpec;
  files: { path: string; digest: string }[];
  sizeBytes: number;
}> {
  const refuse = (problem: string) => servingErrors.make.not_a_model({ path, problem });
  const file = revision.find((one) => one.path === path);
  if (!file) throw refuse('there is no such file');
  const { digest, sizeBytes } = file;
  if (sizeBytes > REMOTE_FILE_BYTES_MAX) {
    throw refuse(`it has over ${REMOTE_FILE_BYTES_MAX} bytes`);
  }
  const remote = parseRemoteFile(await readFile(await blobs.path(digest)));
  if (typeof remote === 'string') throw refuse(remote);
  const task = remote.protocol === 'openai' ? remote.task : null;
  return { task, remote, files: [{ path: 'remote.json', digest }], sizeBytes };
}
