import type * as z from 'zod';
import type { Executor } from './db.ts';
import type { Service } from './service.ts';

/**
 * Background tasks: work that starts after the transaction which asked for it, survives a crash and is
 * tried again. A task may run more than once, so its handler is idempotent.
 */
export type Tasks = {
  /**
   * Asks for a task in the caller's transaction: it exists if and only if that commits. Data is checked
   * against the schema that `work` was given. Returns false where a task with the same singleton key
   * waits already; that one stands, with its own data and time.
   */
  send(tx: Executor, name: string, data: object, options?: SendOptions): Promise<boolean>;
  /**
   * Says who does the tasks of a name, `<module>.<name>` as in the contract. Only before the service
   * runs.
   */
  work<Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    handler: (data: z.output<Schema>, attempt: Attempt) => Promise<void>,
    options?: WorkOptions,
  ): void;
  service: Service;
};

export type SendOptions = {
  /** Not before this instant. A wait under an hour ends to the tenth of a second. */
  startAfter?: Date;
  /** At most one task with this key waits at a time; another may be running meanwhile. */
  singletonKey?: string;
};

export type WorkOptions = {
  /** Tasks of this name at once on one server; 1 unless given. */
  concurrency?: number;
  /** Attempts in all before it is given up; 5 unless given. */
  attemptsMax?: number;
  /** The second attempt comes one to two of these later, in seconds; it doubles each time. 1 unless given. */
  retrySeconds?: number;
  /** An attempt that runs longer is aborted; 900 unless given. */
  runSecondsMax?: number;
};

/** One try at a task. */
export type Attempt = {
  taskId: string;
  /** 1 for the first. */
  number: number;
  /** Nothing comes after this one: what fails now must be recorded by the handler itself. */
  last: boolean;
  /** Aborted at the end of its time, or when the server stops. */
  signal: AbortSignal;
};
