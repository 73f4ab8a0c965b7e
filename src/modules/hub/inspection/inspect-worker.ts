import { parentPort } from 'node:worker_threads';
import { openFileSource } from './format-source.ts';
import { inspectFile } from './inspect-file.ts';
import type { InspectRequest } from './inspect-thread.ts';

/** Looks at files in a thread of its own, one at a time, which its owner ends where one takes too long. */

parentPort?.on('message', async ({ path, sizeBytes, extension, limits }: InspectRequest) => {
  const { source, close } = openFileSource(path, sizeBytes);
  try {
    parentPort?.postMessage(await inspectFile(source, extension, limits));
  } finally {
    close();
  }
});
