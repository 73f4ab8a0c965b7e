import type { Blobs } from '#kernel/blobs.ts';
import type { OpenedHost } from './isolation-service.ts';
import { type ModelSession, openWorkerSession, type WorkerSpec } from './open-worker-session.ts';

/** A program with its models that stays loaded and answers task-level calls. */
export type TaskSpec = Pick<WorkerSpec, 'threads' | 'limits'> & {
  /** All files of its folder, by their path from it. */
  files: readonly { path: string; digest: string }[];
  /** The ES module among them whose default export makes the program. */
  entry: string;
  /** What its author set, as JSON. */
  options: Readonly<Record<string, unknown>>;
  /** An answer as JSON, in bytes. */
  answerBytesMax: number;
};

const FOLDER = '/input/task';
const HEAD_BYTES = 64 * 1024;

/**
 * Loads a task program into a process of its own; errors are those of open-worker-session.ts. Its one input `request` is what
 * `encodeTaskRequest` makes, its one output `answer` JSON; `run` throws ModelRefused with the program's words for an
 * input that it does not take, and ModelFailed for anything else that it throws. The caller answers for it that the
 * objects may be used.
 */
export async function openTaskSession(
  spec: TaskSpec,
  { blobs, host }: { blobs: Blobs; host: Pick<OpenedHost, 'isolation' | 'advice'> },
): Promise<ModelSession> {
  const { files, entry, options, threads, limits, answerBytesMax } = spec;
  const inputs: Record<string, string> = {};
  for (const { path, digest } of files) inputs[`task/${path}`] = await blobs.path(digest);
  const load = { entry: `${FOLDER}/${entry}`, folder: FOLDER, options, threads, answerBytesMax };
  return openWorkerSession(
    {
      ...{ worker: 'task-worker.mjs', subject: 'The program', inputs, load, threads, limits },
      frameBytesMax: answerBytesMax + HEAD_BYTES,
    },
    host,
  );
}

/**
 * One call as a task program reads it: u32 bytes of a JSON head, little-endian; the head; then the bytes of a picture or sound,
 * where there are such.
 */
export function encodeTaskRequest(
  input: Readonly<Record<string, unknown>>,
  bytes: Uint8Array | null,
): Buffer {
  const head = Buffer.from(JSON.stringify({ ...input, hasBytes: bytes !== null }));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return Buffer.concat([size, head, bytes ?? new Uint8Array()]);
}
