import { Worker } from 'node:worker_threads';
import type { FindingCode } from './findings-entities.ts';
import type { Found, InspectLimits } from './inspect-limits.ts';

export type InspectRequest = {
  path: string;
  sizeBytes: number;
  extension: string;
  limits: InspectLimits;
};

/** Why there is nothing found. */
export type InspectEnd = Extract<FindingCode, 'time_out' | 'out_of_memory' | 'inspection_ended'>;

export type InspectThread = {
  /** What a file is, or why that could not be found out. One at a time. */
  inspect(request: InspectRequest): Promise<Found | InspectEnd>;
  /** Lets the thread go until the next file. */
  rest(): Promise<void>;
  /** Ends it for good, with whatever it does. */
  stop(): Promise<void>;
};

export type ThreadLimits = { secondsMax: number; memoryMib: number };

/**
 * A thread for bytes that anybody may have made. They reach nothing there but parsers in JavaScript, whose worst is to
 * go on for ever or to fill the heap: the one is ended by `terminate`, the other by the limit of its heap, and neither
 * is felt by the server. The thread is kept from file to file; what ends in an old one is tried again in a fresh one.
 */
export function openInspectThread({ secondsMax, memoryMib }: ThreadLimits): InspectThread {
  let worker: Worker | null = null;
  let stopped = false;
  const fresh = () => {
    const opened = new Worker(new URL('./inspect-worker.ts', import.meta.url), {
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMib, maxYoungGenerationSizeMb: 32 },
    });
    // Without a listener an error that comes between two files would end the server.
    opened.on('error', () => {});
    opened.unref();
    return opened;
  };
  const rest = async () => {
    const closing = worker;
    worker = null;
    await closing?.terminate();
  };
  const once = (thread: Worker, request: InspectRequest) =>
    new Promise<Found | InspectEnd>((resolve) => {
      const end = (answer: Found | InspectEnd) => {
        clearTimeout(timer);
        thread.off('message', end);
        thread.off('error', failed);
        thread.off('exit', exited);
        resolve(answer);
      };
      const failed = (error: Error & { code?: string }) =>
        end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out_of_memory' : 'inspection_ended');
      const exited = () => end('inspection_ended');
      const timer = setTimeout(() => end('time_out'), secondsMax * 1_000);
      thread.on('message', end);
      thread.on('error', failed);
      thread.on('exit', exited);
      thread.postMessage(request);
    });
  return {
    rest,
    async stop() {
      stopped = true;
      await rest();
    },
    async inspect(request) {
      if (stopped) return 'inspection_ended';
      const used = worker !== null;
      worker ??= fresh();
      const found = await once(worker, request);
      if (typeof found !== 'string') return found;
      await rest();
      if (!used || found === 'time_out' || stopped) return found;
      worker = fresh();
      const again = await once(worker, request);
      if (typeof again === 'string') await rest();
      return again;
    },
  };
}
