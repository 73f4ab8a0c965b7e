import * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

const MIB = 1024 ** 2;

/** Options of the module compute. */
export const computeOptions = {
  COMPUTE_JOBS_AT_ONCE: {
    schema: wholeNumber({ min: 1, max: 256, default: 2 }),
    summary: 'Jobs that this host runs at once.',
  },
  COMPUTE_JOBS_WAITING_MAX: {
    schema: wholeNumber({ min: 1, max: 1_000_000, default: 10_000 }),
    summary: 'Jobs of one owner that may wait at once.',
  },
  COMPUTE_WAIT_SECONDS_MAX: {
    schema: wholeNumber({ min: 10, max: 2_592_000, default: 86_400 }),
    summary: 'A job that waits longer fails.',
  },
  COMPUTE_ATTEMPTS_MAX: {
    schema: wholeNumber({ min: 1, max: 20, default: 3 }),
    summary: 'Times that a job is begun in all, where the fault is ours.',
  },
  COMPUTE_LEASE_SECONDS: {
    schema: wholeNumber({ min: 3, max: 600, default: 30 }),
    summary: 'A host that says nothing for so long has lost its jobs; others take them.',
  },
  COMPUTE_WALL_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 86_400, default: 3_600 }),
    summary: 'The longest that a job may ask to run.',
  },
  COMPUTE_MEMORY_BYTES_MAX: {
    schema: wholeNumber({ min: 64 * MIB, max: 2 ** 42, default: 16 * 1024 * MIB }),
    summary: 'The most memory that a job may ask for, in bytes.',
  },
  COMPUTE_DISK_BYTES_MAX: {
    schema: wholeNumber({ min: MIB, max: 2 ** 42, default: 4 * 1024 * MIB }),
    summary: 'The most that a job may ask to write to /tmp, or to one output, in bytes.',
  },
  COMPUTE_LOG_BYTES_MAX: {
    schema: wholeNumber({ min: 0, max: 64 * MIB, default: 256 * 1024 }),
    summary: 'What is kept of what a job prints, in bytes.',
  },
  COMPUTE_ISOLATION: {
    schema: z.enum(['auto', 'bubblewrap', 'webassembly']).default('auto'),
    summary: 'How programs are isolated; auto takes bubblewrap where it works.',
  },
  COMPUTE_INSTALL: {
    schema: z.enum(['yes', 'no']).default('yes'),
    summary: 'Install bubblewrap with apt-get where it is missing and this process is root.',
  },
  COMPUTE_PYTHON: {
    schema: z.string().startsWith('/').default('/usr/bin/python3'),
    summary: 'The Python whose standard library programs get.',
  },
  COMPUTE_OPEN_FOLDER: {
    schema: z.string().startsWith('/').default('/var/lib/touyan-isolation'),
    summary: 'For running jobs, where root keeps the data folder closed to other users.',
  },
};

export type ComputeOptions = {
  [Name in keyof typeof computeOptions]: z.output<(typeof computeOptions)[Name]['schema']>;
} & {
  /** The data folder of the platform; the module keeps to `compute` in it. */
  folder: string;
  /** The Node.js that JavaScript programs run in. */
  nodePath: string;
};
