import type { Clock } from '#kernel/clock.ts';
import type { LogOptions } from '#kernel/log.ts';

/** What decides how a platform runs on a machine. */
export type PlatformOptions = {
  /** The data folder: database (PGlite), objects, keys, witness. */
  folder: string;
  host: string;
  port: number;
  /** PostgreSQL, or null for PGlite in the data folder. */
  databaseUrl: string | null;
  /** The log's name for its whole life; counts at the first start only. */
  origin: string;
  /** Personas may be entered with one click; only while listening on loopback. */
  demonstration: boolean;
  /** A witness that runs elsewhere; null starts one here, as a process of its own. */
  witness: { url: string; vkey: string } | null;
  log: LogOptions;
  /** Options of the modules by name, as in the environment. */
  environment: Readonly<Record<string, string | undefined>>;
  /** For tests. */
  clock?: Clock;
};

export const isLoopback = (host: string) => /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host);
