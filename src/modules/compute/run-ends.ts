import type { EndReason, IsolationRun, IsolationSpec, Limits, RunEnd } from './isolation.ts';
import type { ErrorClaim } from './row-protocol.ts';
import type { SessionEnd } from './row-session.ts';

/** The ends of a run that every isolation knows, in the platform's words. */

export const completed: RunEnd = { reason: 'completed', detail: 'The program ended as it should.' };

export const cancelled: RunEnd = { reason: 'cancelled', detail: 'The job was cancelled.' };

export const wrongBytes: RunEnd = {
  reason: 'isolation_failed',
  detail: 'The bytes of the program are not those of its revision.',
};

export const leftOver: RunEnd = {
  reason: 'isolation_failed',
  detail: 'Processes of the job could not be ended.',
};

export const unexplained: RunEnd = {
  reason: 'program_error',
  detail: 'The program ended before it had finished.',
};

/** The result of a run that never began. */
export function notStarted(end: RunEnd): IsolationRun {
  return { ...end, usage: { wallMs: 0, cpuMs: 0, memoryBytesMax: 0 }, outputs: [] };
}

export function missingEnvironment(
  { environment }: Pick<IsolationSpec, 'environment'>,
  hint: string,
): RunEnd {
  const detail = `This host has no isolation to run a ${environment} program in. ${hint}`.trim();
  return { reason: 'environment_missing', detail };
}

/** Turns what a program says of its error into a reason; never into words. */
export function claimEnd({ kind }: Pick<ErrorClaim, 'kind'>): RunEnd {
  if (kind === 'disk') {
    return { reason: 'disk_limit', detail: 'The program wrote more to /tmp than it may.' };
  }
  if (kind === 'memory') {
    return { reason: 'out_of_memory', detail: 'The program asked for more memory than it may.' };
  }
  return { reason: 'program_error', detail: 'The program ended with an error of its own.' };
}

/** Null where the program just went away: its exit says more. */
export function sessionReason(end: SessionEnd): RunEnd | null {
  if (end === null) return completed;
  if (end.kind === 'error') return claimEnd(end.claim);
  if (end.kind === 'broken') return { reason: 'protocol_error', detail: end.detail };
  return null;
}

export type LimitReason = Extract<
  EndReason,
  'out_of_memory' | 'process_limit' | 'cpu_limit' | 'time_limit' | 'row_time_limit'
>;

export function limitEnd(reason: LimitReason, limits: Limits): RunEnd {
  const mebibytes = Math.round(limits.memoryBytes / 1024 / 1024);
  const details = {
    out_of_memory: `The program used more than ${mebibytes} MiB of memory.`,
    process_limit: `The program ran more than ${limits.processes} processes and threads at once.`,
    cpu_limit: `The program used more than ${limits.cpuSeconds} seconds of processor time.`,
    time_limit: `The program ran for more than ${limits.wallSeconds} seconds.`,
    row_time_limit: `The program took more than ${limits.rowSeconds} seconds over one row.`,
  };
  return { reason, detail: details[reason] };
}
