import { hostname } from 'node:os';
import type { Kernel } from '#kernel/module.ts';
import { type Bell, createBell, type Service } from '#kernel/service.ts';
import type { ComputeOptions } from './config.ts';
import type { EndJob } from './end-job.ts';
import type { OpenedHost } from './isolation-service.ts';
import { attemptJob, type BreakOff } from './job-attempt.ts';
import { recoverJobs } from './job-recovery.ts';
import type { JobRow } from './store.ts';
import * as store from './store.ts';

/** How often other servers' queue is looked at; this server's own jobs ring. */
const POLL_MS = 1_000;

export type JobRunner = {
  service: Service;
  /** Something is in the queue, or a job is to be stopped. */
  ring(): void;
};

type Uses = { kernel: Kernel; endJob: EndJob; openHost(): Promise<OpenedHost> };

type Running = { row: JobRow; controller: AbortController; done: Promise<void> };

type State = {
  options: ComputeOptions;
  uses: Uses;
  host: OpenedHost;
  hostId: string;
  running: Map<string, Running>;
  bell: Bell;
  looked: number;
  count(labels: { state: string }, value: number): void;
};

/** Runs jobs of the queue on this host, a number at once, each under a lease that it renews. */
export function createJobRunner(options: ComputeOptions, uses: Uses): JobRunner {
  const bell = createBell();
  let draining = false;
  const { set: count } = uses.kernel.metrics.gauge({
    module: 'compute',
    name: 'jobs',
    help: 'Jobs that wait or run on all hosts.',
    labels: ['state'],
  });
  return {
    ring: bell.ring,
    service: {
      name: 'compute-jobs',
      async drain() {
        draining = true;
      },
      async run(signal) {
        const host = await uses.openHost();
        const hostId = uses.kernel.ids('host');
        const running = new Map<string, Running>();
        const state: State = { options, uses, host, hostId, running, bell, looked: 0, count };
        // PGlite has one process: whatever ran before it is lost.
        const alone = uses.kernel.db.engine === 'pglite';
        await recoverJobs(options, uses, { hostId, all: alone });
        try {
          while (!signal.aborted) {
            await keepUp(state);
            if (!draining) await fill(state);
            await bell.sleep(POLL_MS, signal);
          }
        } finally {
          for (const { controller } of running.values()) breakOff(controller, 'released');
          await Promise.all([...running.values()].map(({ done }) => done));
        }
      },
    },
  };
}

function breakOff(controller: AbortController, reason: BreakOff): void {
  controller.abort(reason);
}

/** Renews leases, breaks off what is to stop or was lost, and looks after other hosts' jobs. */
async function keepUp(state: State): Promise<void> {
  const { options, uses, host, hostId, running } = state;
  const { db, clock } = uses.kernel;
  const now = clock.now();
  const leaseMs = options.COMPUTE_LEASE_SECONDS * 1000;
  const until = new Date(now.getTime() + leaseMs);
  const held = await store.renewLeases(db.read, { hostId, until });
  for (const [id, { row, controller }] of running) {
    const lease = held.get(id);
    if (lease?.attempt !== row.attempt) breakOff(controller, 'lost');
    else if (lease.stopRequested) breakOff(controller, 'stopped');
  }
  if (now.getTime() - state.looked < leaseMs / 3) return;
  state.looked = now.getTime();
  const { isolation, environments, advice } = host;
  await store.upsertHost(db.read, {
    ...{ id: hostId, name: hostname(), pool: 'local', isolation: isolation.kind },
    ...{ environments: [...environments], slots: options.COMPUTE_JOBS_AT_ONCE, advice },
    seen_at: now,
  });
  await store.forgetHosts(db.read, new Date(now.getTime() - 10 * leaseMs));
  await recoverJobs(options, uses, { hostId, all: false });
  const counts = await store.countStates(db.read);
  state.count({ state: 'waiting' }, counts.waiting);
  state.count({ state: 'running' }, counts.running);
}

/** Takes jobs until every slot is busy or none waits. */
async function fill(state: State): Promise<void> {
  const { options, uses, host, hostId, running, bell } = state;
  const { db, clock, live, log } = uses.kernel;
  while (running.size < options.COMPUTE_JOBS_AT_ONCE) {
    const now = clock.now();
    const leaseMs = options.COMPUTE_LEASE_SECONDS * 1000;
    const row = await db.transaction((tx) =>
      store.claimJob(tx, {
        ...{ hostId, now },
        environments: host.environments.map(({ name }) => name),
        leaseUntil: new Date(now.getTime() + leaseMs),
        aliveSince: new Date(now.getTime() - leaseMs),
      }),
    );
    if (!row) return;
    live.publish(`compute.job/${row.id}`);
    const controller = new AbortController();
    const done = attemptJob(options, { ...uses, host }, row, controller.signal)
      .catch((error: unknown) => {
        // Its lease runs out, and the job is taken back.
        log.error({ job: row.id, error }, 'the end of a job could not be recorded');
      })
      .finally(() => {
        running.delete(row.id);
        bell.ring();
      });
    running.set(row.id, { row, controller, done });
  }
}
