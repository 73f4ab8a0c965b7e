import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HOST_PATH } from './runtime.ts';

/** Two pipes to a program, with both ends of each as descriptors of this process. */
export type Pipes = {
  /** For the program: where it reads, where it writes. */
  programReads: number;
  programWrites: number;
  hostWrites: number;
  hostReads: number;
  /** To be called once the program has its ends. */
  closeProgramEnds(): void;
  closeHostEnds(): void;
};

const run = promisify(execFile);

/**
 * Pipes whose host ends a worker thread can read and write as descriptors: Node.js has no call for that,
 * so they are named pipes in the given folder. The host's writing end does not block.
 */
export async function openPipes(folder: string): Promise<Pipes> {
  const [toProgram, fromProgram] = [join(folder, 'to-program'), join(folder, 'from-program')];
  await run('mkfifo', ['-m', '600', toProgram, fromProgram], { env: { PATH: HOST_PATH } });
  const opened: number[] = [];
  const closeAll = (ends: readonly number[]) => {
    for (const end of ends) closeSync(end);
  };
  const open = (path: string, flags: number) => {
    const descriptor = openSync(path, flags);
    opened.push(descriptor);
    return descriptor;
  };
  const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;
  try {
    // An end for both directions lets the single ends open without waiting for each other.
    const [holdTo, holdFrom] = [openSync(toProgram, O_RDWR), openSync(fromProgram, O_RDWR)];
    const programReads = open(toProgram, O_RDONLY);
    const programWrites = open(fromProgram, O_WRONLY);
    const hostWrites = open(toProgram, O_WRONLY | O_NONBLOCK);
    const hostReads = open(fromProgram, O_RDONLY);
    closeSync(holdTo);
    closeSync(holdFrom);
    return {
      ...{ programReads, programWrites, hostWrites, hostReads },
      closeProgramEnds: () => closeAll([programReads, programWrites]),
      closeHostEnds: () => closeAll([hostWrites, hostReads]),
    };
  } catch (error) {
    closeAll(opened);
    throw error;
  }
}
