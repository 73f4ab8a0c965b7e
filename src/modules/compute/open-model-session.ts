import type { Blobs } from '#kernel/blobs.ts';
import type { OpenedHost } from './isolation-service.ts';
import { type ModelSession, openWorkerSession, type WorkerSpec } from './open-worker-session.ts';

/** An ONNX model that stays loaded. */
export type ModelSpec = Pick<WorkerSpec, 'threads' | 'limits'> & {
  /** The model and the files with its external data, by path; the latter as the model names them, from its folder. */
  files: readonly { path: string; digest: string }[];
  entry: string;
};

/**
 * Loads an ONNX model into a process of its own; errors are those of open-worker-session.ts. The caller answers for it that the
 * objects may be used.
 */
export async function openModelSession(
  spec: ModelSpec,
  { blobs, host }: { blobs: Blobs; host: Pick<OpenedHost, 'isolation' | 'advice'> },
): Promise<ModelSession> {
  const { files, entry, threads, limits } = spec;
  const inputs: Record<string, string> = {};
  for (const { path, digest } of files) inputs[`model/${path}`] = await blobs.path(digest);
  return openWorkerSession(
    {
      ...{ worker: 'model-worker.mjs', subject: 'The model', inputs, threads, limits },
      load: { path: `/input/model/${entry}`, threads },
      // As much as its memory: an answer cannot be larger.
      frameBytesMax: Math.min(limits.memoryBytes, 2 ** 31),
    },
    host,
  );
}
