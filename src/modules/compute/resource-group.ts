import type { EndReason, Limits } from './isolation.ts';

/** What a running job has used so far, and whether it ran into a bound. */
export type Reading = {
  cpuMs: number;
  /** The most at one time so far. */
  memoryBytesMax: number;
  exceeded: Extract<EndReason, 'out_of_memory' | 'process_limit'> | null;
};

/** Bounds and meters around one job's processes. */
export type ResourceGroup = {
  /** Files to which the starting shell writes `0` to put itself in, before anything else runs. */
  joinFiles: readonly string[];
  /** `leader` is the host's id of the job's first process. */
  read(leader: number): Reading;
  /** Ends every process that is left, and removes the group. False if some could not be ended. */
  close(): Promise<boolean>;
};

/** A way of the host to bound jobs. */
export type Resources = {
  kind: 'cgroup-v1' | 'cgroup-v2' | 'watchdog';
  /** Opens a group for a job about to start. Throws if a bound cannot be set: no job runs without. */
  open(name: string, limits: Limits): ResourceGroup;
  /** Ends and removes groups that a killed platform left behind. */
  sweep(isLeft: (name: string) => boolean): Promise<void>;
};

/** Processes of bubblewrap itself that stand in a job's group. */
export const OWN_PROCESSES = 3;
