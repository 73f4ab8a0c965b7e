import type { Readable, Writable } from 'node:stream';

/**
 * Isolation: how a program that nobody vouches for runs. It has no network, sees only its own files and
 * declared inputs, is bounded in everything, and gives back nothing but its declared outputs.
 */

/** The languages a program may be written in; each has a harness that speaks the protocol. */
export const environmentNames = ['javascript', 'python'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** Where a value of a program's options or of a row comes from and goes to: JSON. */
type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
type JsonObject = { readonly [key: string]: JsonValue };

/** One record of a table, by column. */
export type Row = JsonObject;

/** The answer to one row: whether it is flagged, and how strongly (any finite number). */
export type Prediction = { flag: 0 | 1; score?: number };

/** A file of a program: a path below its folder, and the bytes, which must have this digest. */
type ProgramFile = { path: string; source: string; digest: string };
export type Program = { files: readonly ProgramFile[]; entry: string };

/** The program answers row by row and sees a row only when the one before it has been answered. */
export type RowsMode = {
  kind: 'rows';
  rows: Iterable<Row> | AsyncIterable<Row>;
  /** Called once the program has said that it is ready for its first row. */
  onReady?(): void;
  /** Called in the order of the rows, `index` from 0. */
  onPrediction(prediction: Prediction, index: number): void;
};

/** The program reads whole inputs (host paths by name) and writes the declared outputs. */
export type BatchMode = {
  kind: 'batch';
  inputs: Readonly<Record<string, string>>;
  outputs: readonly { name: string; bytesMax: number }[];
  /** An empty folder of the caller; each output that was taken becomes a file in it. */
  outputFolder: string;
};

/**
 * A program of the platform's own that stays and is spoken to in frames, such as the one that runs a model. It has no
 * harness: its entry is what starts. It reads descriptor 3 and writes 4, and its first byte says that it has started.
 */
export type FramesMode = {
  kind: 'frames';
  /** Host paths of files and folders, by their path below `/input`. */
  inputs: Readonly<Record<string, string>>;
  onOpen(streams: { input: Writable; output: Readable }): void;
};

export type Limits = {
  /** From the start of the program to its end. */
  wallSeconds: number;
  /** Of all processes and threads together. */
  cpuSeconds: number;
  /** Of all processes together; what is written to `/tmp` counts too. */
  memoryBytes: number;
  /** Processes and threads at one time; Node.js itself needs about 10. */
  processes: number;
  /** One file in `/tmp`. */
  fileBytes: number;
  /** All of `/tmp`. */
  diskBytes: number;
  /** The answer to one row. The start before the first is bounded by wall and CPU time only. */
  rowSeconds: number;
};

export const limitsDefault: Limits = {
  wallSeconds: 120,
  cpuSeconds: 120,
  memoryBytes: 512 * 1024 * 1024,
  processes: 64,
  fileBytes: 64 * 1024 * 1024,
  diskBytes: 64 * 1024 * 1024,
  rowSeconds: 5,
};

export type IsolationSpec = {
  environment: EnvironmentName;
  program: Program;
  options: JsonObject;
  mode: RowsMode | BatchMode | FramesMode;
  limits: Limits;
  /** `none` wherever the data is hidden: then not a byte that the program wrote is kept. */
  logs: { rule: 'full' | 'none'; bytesMax: number };
};

/** Why a run ended. Which of them a program can bring about at will is in the module's README. */
export const endReasons = [
  'completed',
  'out_of_memory',
  'time_limit',
  'cpu_limit',
  'row_time_limit',
  'disk_limit',
  'process_limit',
  'program_error',
  'protocol_error',
  'output_missing',
  'output_too_large',
  'output_refused',
  'environment_missing',
  'cancelled',
  'isolation_failed',
] as const;
export type EndReason = (typeof endReasons)[number];

/** How a run ended, in the platform's own words: `detail` holds nothing that the program wrote. */
export type RunEnd = { reason: EndReason; detail: string };

export type Usage = { wallMs: number; cpuMs: number; memoryBytesMax: number };

export type TakenOutput = { name: string; path: string; digest: string; sizeBytes: number };

export type IsolationRun = RunEnd & {
  usage: Usage;
  /** Empty unless the reason is `completed`. */
  outputs: readonly TakenOutput[];
  /** What the program printed and threw, where the rule is `full`. */
  logs?: { text: string; truncated: boolean };
};

/** What sets one isolation apart from another, in the order of its keys; part of an environment's digest. */
type IsolationProfile = {
  kind: 'bubblewrap' | 'webassembly';
  engine: string;
  network: 'none';
  files: string;
  /** What holds the limits. */
  resources: 'cgroup-v1' | 'cgroup-v2' | 'watchdog' | 'webassembly-memory';
  /** SHA-256 of the system call filter; null where no system call can be made at all. */
  filterDigest: string | null;
};

export type Isolation = {
  kind: 'bubblewrap' | 'webassembly';
  environments: readonly EnvironmentName[];
  describe(): IsolationProfile;
  /**
   * Runs one program to its end and leaves nothing of it behind. Whatever the program does comes back as
   * a reason; it rejects only when the caller's rows or folder fail, or for a bad spec.
   */
  run(spec: IsolationSpec, context: { signal: AbortSignal }): Promise<IsolationRun>;
};
