import type { Blobs } from '#kernel/blobs.ts';
import type { Hub } from '#modules/hub';
import { findModelFiles } from '../models/model-files.ts';
import { findRemoteFile } from '../remotes/remote-file.ts';
import type { RemoteSpec } from '../remotes/remote-spec.ts';
import { findTaskFiles } from '../tasks/task-file.ts';
import { runtimeOf, type TrialRuntime } from './trial-runtime.ts';

export type ServedFiles = {
  runtime: TrialRuntime;
  /** What it does, where it has a task-level interface. */
  task: string | null;
  /** Where its calls go; null where they are answered here. */
  remote: RemoteSpec | null;
  /** What the process is given, by path from the folder of the served file, which is the first. */
  files: { path: string; digest: string }[];
  sizeBytes: number;
};

/**
 * What is served for a path of a revision, and by which runtime. Throws `serving.not_a_model` and `serving.not_a_task`.
 */
export async function findServedFiles(
  revision: readonly { path: string; digest: string; sizeBytes: number }[],
  path: string,
  uses: { blobs: Blobs; bytesMax: number; inspectionsOf: Hub['inspectionsOf'] },
): Promise<ServedFiles> {
  const runtime = runtimeOf(path);
  if (runtime === 'remote') return { runtime, ...(await findRemoteFile(revision, path, uses)) };
  if (runtime === 'task') {
    return { runtime, remote: null, ...(await findTaskFiles(revision, path, uses)) };
  }
  return {
    runtime: 'onnx',
    task: null,
    remote: null,
    ...(await findModelFiles(revision, path, uses)),
  };
}
