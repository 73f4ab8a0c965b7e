import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bubblewrapCommand, type Tools } from './bubblewrap-command.ts';
import { type Driver, driveBatch, driveRows } from './bubblewrap-drivers.ts';
import { createIsolatedUsers } from './isolated-users.ts';
import type {
  EndReason,
  Isolation,
  IsolationRun,
  IsolationSpec,
  Limits,
  RunEnd,
  Usage,
} from './isolation.ts';
import { DigestMismatch, type JobFolder, openJobFolder } from './job-folder.ts';
import { createJobLogs, type JobLogs } from './job-logs.ts';
import { createRunNames } from './leftovers.ts';
import { exceededIn, watchLimits } from './limit-watch.ts';
import { driveFrames } from './model-driver.ts';
import type { Reading, ResourceGroup, Resources } from './resource-group.ts';
import {
  cancelled,
  leftOver,
  limitEnd,
  missingEnvironment,
  notStarted,
  unexplained,
  wrongBytes,
} from './run-ends.ts';
import type { Runtime } from './runtime.ts';
import { checkSpec } from './spec-check.ts';
import { createVerdict, type Verdict } from './verdict.ts';

export type BubblewrapOptions = {
  tools: Tools;
  version: string;
  resources: Resources;
  runtimes: readonly Runtime[];
  harnessFolder: string;
  /** The system call filter's bytes as a file, and their digest. */
  filterPath: string;
  filterDigest: string;
  /** Where the folders of running jobs stand; the isolated user can pass through it. */
  folder: string;
  /** Chooses the processor of a row-by-row job. */
  nextCore(): number | null;
};

type Execution = {
  spec: IsolationSpec;
  runtime: Runtime;
  name: string;
  verdict: Verdict;
  logs: JobLogs;
  group: ResourceGroup;
  userId: number | null;
  folder: JobFolder;
};

/** Isolation by Linux namespaces through bubblewrap (https://github.com/containers/bubblewrap). */
export function createBubblewrap(options: BubblewrapOptions): Isolation {
  const users = createIsolatedUsers(process.getuid?.() === 0);
  const nextName = createRunNames();
  return {
    kind: 'bubblewrap',
    environments: options.runtimes.map(({ environment }) => environment),
    describe: () => ({
      kind: 'bubblewrap',
      engine: `bubblewrap ${options.version}`,
      network: 'none',
      files: 'read-only root of runtime, harness, program and inputs; bounded /tmp in memory',
      resources: options.resources.kind,
      filterDigest: options.filterDigest,
    }),
    async run(spec, { signal }) {
      checkSpec(spec);
      const runtime = options.runtimes.find(({ environment }) => environment === spec.environment);
      if (!runtime)
        return notStarted(missingEnvironment(spec, 'Install Python 3 as /usr/bin/python3.'));
      if (signal.aborted) return notStarted(cancelled);
      const userId = users.take();
      const name = nextName();
      const started = performance.now();
      const verdict = createVerdict();
      const cancel = () => verdict.decide(cancelled);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const folder = await openJobFolder(join(options.folder, name), spec, userId);
        try {
          const group = openGroup(options.resources, name, spec.limits);
          if (!('read' in group)) return notStarted(group);
          const logs = createJobLogs(spec.logs);
          const execution = { spec, runtime, name, verdict, logs, group, userId, folder };
          try {
            return await execute(options, execution, started);
          } finally {
            await group.close();
          }
        } finally {
          await folder.remove();
        }
      } catch (error) {
        if (!(error instanceof DigestMismatch)) throw error;
        return notStarted(wrongBytes);
      } finally {
        signal.removeEventListener('abort', cancel);
        users.give(userId);
      }
    },
  };
}

/** No job runs without its bounds. */
function openGroup(resources: Resources, name: string, limits: Limits): ResourceGroup | RunEnd {
  try {
    return resources.open(name, limits);
  } catch (error) {
    return { reason: 'isolation_failed', detail: `The limits cannot be set: ${error}.` };
  }
}

/** Starts the program, drives and watches it to its end, and sees that nothing of it is left. */
async function execute(
  options: BubblewrapOptions,
  execution: Execution,
  started: number,
): Promise<IsolationRun> {
  const { spec, verdict, logs, group } = execution;
  const folder = join(options.folder, execution.name);
  const core = options.nextCore();
  const { taskset } = options.tools;
  const driver = await openDriver(spec, { folder, core, taskset });
  let kept = false;
  try {
    const reading = await drive(options, execution, driver);
    const exceeded = exceededIn(reading, spec.limits);
    const decided = verdict.get() ?? unexplained;
    // Who passed a limit on the way ended of that, even if its last word came first.
    const found = exceeded && isItsOwn(decided) ? limitEnd(exceeded, spec.limits) : decided;
    const end = (await group.close()) ? found : leftOver;
    kept = end.reason === 'completed';
    const outputs = kept ? driver.outputs() : [];
    return { ...end, usage: usageOf(started, reading), outputs, ...logsOf(logs) };
  } finally {
    await driver.close(kept);
  }
}

/** From the start of the program to the exit of its last process. Gives the last look at its meters. */
async function drive(
  options: BubblewrapOptions,
  execution: Execution,
  driver: Driver,
): Promise<Reading> {
  const { spec, verdict, logs, group } = execution;
  const child = start(options, execution, driver);
  const closed = once(child, 'close');
  const exited = once(child, 'exit').catch((error: Error) => {
    verdict.decide({ reason: 'isolation_failed', detail: `It did not start: ${error.message}.` });
  });
  const stopProgram = () => void child.kill('SIGKILL');
  const stopSoon = () => void setTimeout(stopProgram, graceMs(verdict)).unref();
  if (verdict.get()) stopProgram();
  else verdict.signal.addEventListener('abort', stopSoon, { once: true });
  let reading: Reading = { cpuMs: 0, memoryBytesMax: 0, exceeded: null };
  const read = () => {
    if (child.pid !== undefined) reading = group.read(child.pid);
    return reading;
  };
  const stopWatch = watchLimits({
    ...{ limits: spec.limits, verdict, read, stopProgram },
    progress: driver.progress,
    tick: logs.tick,
  });
  try {
    const driven = driver.drive(child, { verdict, logs });
    // A table that throws ends the program as well.
    driven.catch(stopProgram);
    await exited;
    if (options.resources.kind !== 'watchdog') read();
    const exceeded = exceededIn(reading, spec.limits);
    if (exceeded) verdict.decide(limitEnd(exceeded, spec.limits));
    // What was said before the exit is still on its way.
    await Promise.race([driven, pause(EXIT_GRACE_MS)]);
    decideByStatus(execution, child, reading);
    await driven;
    await Promise.race([closed, pause(EXIT_GRACE_MS)]);
    return reading;
  } finally {
    stopWatch();
    stopProgram();
  }
}

const EXIT_GRACE_MS = 500;

/** Ends that a program brings about by itself: it may say so within the 50 ms between two looks at its meters. */
const itsOwn: readonly EndReason[] = ['completed', 'program_error', 'protocol_error'];

function isItsOwn({ reason }: RunEnd): boolean {
  return itsOwn.includes(reason);
}

type Place = { folder: string; core: number | null; taskset: string | null };

async function openDriver(spec: IsolationSpec, place: Place): Promise<Driver> {
  if (spec.mode.kind === 'frames') return driveFrames(spec.mode);
  return spec.mode.kind === 'rows'
    ? driveRows(spec.mode, spec, place)
    : driveBatch(spec.mode, spec);
}

/** After its last word a program may end by itself. */
function graceMs(verdict: Verdict): number {
  return verdict.get()?.reason === 'completed' ? 1_000 : 0;
}

function start(options: BubblewrapOptions, execution: Execution, driver: Driver): ChildProcess {
  const { spec, runtime, group, userId, folder, logs } = execution;
  const filter = openSync(options.filterPath, 'r');
  const stdout = spec.logs.rule === 'full' ? 'pipe' : 'ignore';
  const command = bubblewrapCommand({
    tools: options.tools,
    limits: spec.limits,
    resources: options.resources.kind,
    joinFiles: group.joinFiles,
    userId,
    runtime,
    harnessFolder: options.harnessFolder,
    programFolder: folder.program,
    inputs: folder.inputs,
    filterDescriptor: 5,
    core: driver.core,
    harness: spec.mode.kind,
    entry: spec.program.entry,
  });
  try {
    const child = spawn('/bin/sh', command, {
      env: {},
      cwd: '/',
      stdio: ['ignore', stdout, 'pipe', ...driver.programEnds, filter],
    });
    if (child.stdout) logs.watch(child.stdout);
    if (child.stderr) logs.watch(child.stderr);
    return child;
  } finally {
    closeSync(filter);
    driver.started();
  }
}

const SIGXFSZ_STATUS = 128 + 25;
const ABORT_STATUSES = [128 + 5, 128 + 6];

/** Finds by its exit status why a program ended, where nothing else told. */
function decideByStatus(execution: Execution, child: ChildProcess, reading: Reading): void {
  const { spec, verdict, logs } = execution;
  const { limits } = spec;
  if (!logs.hasProgramStarted()) {
    const detail = `The isolation did not start the program: ${logs.startText().trim()}`;
    verdict.decide({ reason: 'isolation_failed', detail });
  }
  const status = child.exitCode ?? 0;
  if (status === SIGXFSZ_STATUS) {
    verdict.decide({
      reason: 'disk_limit',
      detail: 'The program wrote a file larger than it may.',
    });
  }
  // V8 gives up by itself when its heap meets the bound.
  if (ABORT_STATUSES.includes(status) && reading.memoryBytesMax > limits.memoryBytes / 2) {
    verdict.decide(limitEnd('out_of_memory', limits));
  }
  verdict.decide(unexplained);
}

function usageOf(started: number, { cpuMs, memoryBytesMax }: Reading): Usage {
  const wallMs = Math.round(performance.now() - started);
  return { wallMs, cpuMs: Math.round(cpuMs), memoryBytesMax };
}

function logsOf(logs: JobLogs): Pick<IsolationRun, 'logs'> {
  const result = logs.result();
  return result ? { logs: result } : {};
}
