import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '#kernel/db.ts';
import { createMetrics } from '#kernel/metrics.ts';
import type { Kernel } from '#kernel/module.ts';
import { superviseServices } from '#kernel/supervisor.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { hubSource } from '#modules/hub';
import type { ComputeOptions } from './config.ts';
import { computeSource, createCompute } from './index.ts';

/** For tests: options that fit one, with programs in WebAssembly, which every machine has. */
export function testOptions(folder: string, more: Partial<ComputeOptions> = {}): ComputeOptions {
  return {
    COMPUTE_JOBS_AT_ONCE: 2,
    COMPUTE_JOBS_WAITING_MAX: 100,
    COMPUTE_WAIT_SECONDS_MAX: 600,
    COMPUTE_ATTEMPTS_MAX: 3,
    COMPUTE_LEASE_SECONDS: 30,
    COMPUTE_WALL_SECONDS_MAX: 600,
    COMPUTE_MEMORY_BYTES_MAX: 2 ** 30,
    COMPUTE_DISK_BYTES_MAX: 2 ** 30,
    COMPUTE_LOG_BYTES_MAX: 10_000,
    COMPUTE_ISOLATION: 'webassembly',
    COMPUTE_INSTALL: 'no',
    COMPUTE_PYTHON: '/usr/bin/python3',
    COMPUTE_OPEN_FOLDER: join(tmpdir(), 'touyan-isolation-test'),
    folder,
    nodePath: process.execPath,
    ...more,
  };
}

/** A real kernel for hub and compute. */
export const openKernel = (db: Database) =>
  openTestKernel(db, { sources: [hubSource, computeSource], blobs: true });

type CreateUses = Parameters<typeof createCompute>[1];

/** A running compute, and ways to put objects in and wait for jobs. */
export async function startCompute(
  shared: Kernel,
  more: Partial<ComputeOptions> = {},
  hub: CreateUses['hub'] = { readRevision: () => Promise.reject(new Error('no hub')) },
) {
  const folder = await mkdtemp(join(tmpdir(), 'touyan-compute-test-'));
  const kernel = ownMetrics(shared);
  const compute = createCompute(testOptions(folder, more), { kernel, hub });
  const supervisor = superviseServices(compute.services, kernel);
  return {
    compute,
    /** Resolves with the job once it has ended. */
    async ended(jobId: string) {
      for (;;) {
        const job = await compute.readJob(jobId);
        if (job?.finishedAt) return job;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async stop() {
      await supervisor.stop(10_000);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same kernel with a registry of its own: one takes each metric once. */
export function ownMetrics(kernel: Kernel): Kernel {
  const metrics = createMetrics({ processMetrics: false });
  return Object.create(kernel, { metrics: { value: metrics } });
}

/** Stores text, and gives its digest. */
export async function putText({ blobs }: Kernel, text: string): Promise<string> {
  return (await blobs.put(Buffer.from(text), { bytesMax: 10_000_000 })).digest;
}
