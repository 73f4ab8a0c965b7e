import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { ComputeOptions } from './config.ts';
import { type JobSpec, type JobSpecInput, jobSpec } from './entities.ts';
import { computeErrors } from './errors.ts';
import { type Limits, limitsDefault } from './isolation.ts';
import { digestOf } from './runtime.ts';
import { isProgramPath } from './spec-check.ts';
import * as store from './store.ts';

export type Submit = (tx: Executor, spec: JobSpecInput, call: Call) => Promise<string>;

/**
 * Puts a job into the queue in the caller's transaction, and gives its id. The caller answers for it that
 * the asker may use the objects named by digest: compute itself does not ask. Throws
 * `compute.input_missing`, `compute.spec_refused`, `compute.limit_too_high`, `compute.queue_full`.
 */
export function createSubmit(
  options: ComputeOptions,
  uses: { kernel: Kernel; onQueued(): void },
): Submit {
  const { db, clock, ids, facts, access, blobs } = uses.kernel;
  return async (tx, input, call) => {
    const spec = jobSpec.parse(input);
    refuseImpossible(spec, options);
    const named = namedDigests(spec);
    for (const [name, digest] of named) {
      if (!(await blobs.stat(digest))) throw computeErrors.make.input_missing({ name, digest });
    }
    const { ownerId, basis, environment, mode, ...rest } = spec;
    const waiting = await store.countWaiting(tx, ownerId);
    if (waiting >= options.COMPUTE_JOBS_WAITING_MAX) {
      throw computeErrors.make.queue_full({ owner: ownerId, count: waiting });
    }
    const now = clock.now();
    const jobId = ids('job');
    await store.insertJob(tx, {
      ...{ id: jobId, owner_id: ownerId, basis, environment, mode, spec: rest },
      requested_by: call.principal.id,
      created_at: now,
      due_at: new Date(now.getTime() + options.COMPUTE_WAIT_SECONDS_MAX * 1000),
      digests: named.map(([, digest]) => digest),
    });
    await access.register(tx, {
      type: 'compute.job',
      id: jobId,
      owner: ownerId,
      audience: 'owner',
    });
    await facts.append(tx, {
      kind: 'compute.job_submitted',
      subject: jobId,
      actor: call.principal.id,
      body: { jobId, basis, ownerId, environment, mode, specDigest: digestOf(rest) },
    });
    db.afterCommit(tx, uses.onQueued);
    return jobId;
  };
}

/** What a job runs under: its own limits, and the platform's where it names none. */
export function limitsOf(asked: JobSpec['limits']): Limits {
  const named = Object.entries(asked).filter(([, value]) => value !== undefined);
  return { ...limitsDefault, ...Object.fromEntries(named) };
}

function namedDigests({ program, features, inputs }: JobSpec): [name: string, digest: string][] {
  return [
    ...program.files.map(({ path, digest }): [string, string] => [path, digest]),
    ...inputs.map(({ name, digest }): [string, string] => [name, digest]),
    ...(features === undefined ? [] : [['features', features] satisfies [string, string]]),
  ];
}

function refuseImpossible(spec: JobSpec, options: ComputeOptions): void {
  const refuse = (problem: string) => computeErrors.make.spec_refused({ problem });
  const paths = spec.program.files.map(({ path }) => path);
  const names = [...spec.inputs, ...spec.outputs].map(({ name }) => name);
  const odd = paths.find((path) => !isProgramPath(path));
  if (odd !== undefined) throw refuse(`a program cannot hold a file ${odd}`);
  if (new Set(paths).size < paths.length) throw refuse('a path of the program stands twice');
  if (!paths.includes(spec.program.entry)) throw refuse(`there is no file ${spec.program.entry}`);
  if (new Set(names).size < names.length) throw refuse('a name of an input or output stands twice');
  if (spec.mode === 'rows' && spec.features === undefined) throw refuse('rows need features');
  if (spec.mode === 'rows' && names.length > 0) throw refuse('rows have no inputs and outputs');
  if (spec.mode === 'batch' && spec.features !== undefined) throw refuse('features need rows');
  refuseTooMuch(limitsOf(spec.limits), spec, options);
}

function refuseTooMuch(limits: Limits, { outputs }: JobSpec, options: ComputeOptions): void {
  const disk = options.COMPUTE_DISK_BYTES_MAX;
  const asked: [name: string, value: number, most: number][] = [
    ['wallSeconds', limits.wallSeconds, options.COMPUTE_WALL_SECONDS_MAX],
    ['memoryBytes', limits.memoryBytes, options.COMPUTE_MEMORY_BYTES_MAX],
    ['diskBytes', limits.diskBytes, disk],
    ...outputs.map(({ name, bytesMax }): [string, number, number] => [name, bytesMax, disk]),
  ];
  for (const [name, value, most] of asked) {
    if (value > most) throw computeErrors.make.limit_too_high({ name, most });
  }
}
