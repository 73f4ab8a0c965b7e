import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { ComputeOptions } from './config.ts';
import type { computeContract } from './contract.ts';
import { computeErrors } from './errors.ts';
import type { OpenedHost } from './isolation-service.ts';
import { jobDetailOf, jobOf } from './job-view.ts';
import * as store from './store.ts';

type ReadHandlers = Pick<
  Handlers<(typeof computeContract)['operations']>,
  'listEnvironments' | 'listPools' | 'listJobs' | 'getJob' | 'getJobLogs'
>;

/** What there is to see of environments, pools and jobs. */
export function readHandlers(
  options: ComputeOptions,
  { kernel, openHost }: { kernel: Kernel; openHost(): Promise<OpenedHost> },
): ReadHandlers {
  const { db, access, blobs, clock } = kernel;
  const read = async (jobId: string) => {
    const row = await store.readJob(db.read, jobId);
    if (!row) throw kernelErrors.make.missing({ id: jobId });
    return row;
  };
  return {
    async listEnvironments() {
      return { items: [...(await openHost()).environments] };
    },
    async listPools() {
      const leaseMs = options.COMPUTE_LEASE_SECONDS * 1000;
      const since = new Date(clock.now().getTime() - leaseMs);
      const hosts = await store.listHosts(db.read, since);
      const { waiting } = await store.countStates(db.read);
      return {
        items: [
          {
            ...{ name: 'local', kind: 'embedded', waiting },
            hosts: hosts.map(({ pool: _pool, seen_at, ...host }) => {
              return { ...host, seenAt: seen_at.toISOString() };
            }),
          },
        ],
      };
    },
    async listJobs({ ownerId, basis, state, cursor, limit }, call) {
      const visible = access.visible(call.principal, 'compute.job.read', store.jobIdColumn);
      const { rows, total } = await store.listJobs(
        db.read,
        { ownerId, basis, state, visible },
        { before: decodeCursor(cursor)?.id ?? null, limit: limit + 1 },
      );
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      return { ...page, total, items: page.items.map(jobOf) };
    },
    async getJob({ jobId }) {
      const row = await read(jobId);
      const ahead = row.state === 'waiting' ? await store.countAhead(db.read, row) : null;
      return jobDetailOf(row, ahead);
    },
    async getJobLogs({ jobId }) {
      const row = await read(jobId);
      if (row.spec.logs !== 'full') throw computeErrors.make.logs_withheld();
      if (!row.logs_digest) return { text: '', truncated: false };
      const text = await blobs.text(row.logs_digest, options.COMPUTE_LOG_BYTES_MAX * 4);
      return { text, truncated: row.logs_truncated };
    },
  };
}
