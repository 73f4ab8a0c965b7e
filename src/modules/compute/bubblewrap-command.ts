import type { Limits } from './isolation.ts';
import type { Resources } from './resource-group.ts';
import { OWN_PROCESSES } from './resource-group.ts';
import type { RuntimeView } from './runtime.ts';

/** Where the host's tools are. */
export type Tools = {
  bwrap: string;
  prlimit: string;
  setpriv: string;
  /** Null where it is not there: jobs then run on any processor. */
  taskset: string | null;
  /** Since bubblewrap 0.8.0: no user namespace can be made inside. */
  disablesUserNamespaces: boolean;
};

export type CommandParts = {
  tools: Tools;
  limits: Limits;
  resources: Resources['kind'];
  joinFiles: readonly string[];
  /** The host's user id to run under; null to stay who we are, which is no privileged user. */
  userId: number | null;
  runtime: RuntimeView;
  harnessFolder: string;
  programFolder: string;
  /** Host paths by input name. */
  inputs: ReadonlyMap<string, string>;
  /** Number of the descriptor with the system call filter. */
  filterDescriptor: number;
  /** The processor that the job is held to; null for any. */
  core: number | null;
  /** `frames`: the program speaks for itself. */
  harness: 'rows' | 'batch' | 'frames';
  entry: string;
};

const OPEN_FILES_MAX = 256;
/** A process without a control group may hold this much beside its bound: V8 reserves code space first. */
const DATA_SLACK_BYTES = 1024 * 1024 * 1024;
const USER_INSIDE = '65534';

/** Puts itself into each named group, then becomes the command after `--`. */
const JOIN_SCRIPT =
  'while [ "$1" != -- ]; do echo 0 > "$1" || exit 97; shift; done; shift; exec "$@"';

/**
 * The whole command, as the arguments of `/bin/sh`. Order matters: only root may join a group of version 1, a
 * limit must stand before the user is changed, and bubblewrap must start as the unprivileged user, since
 * the user inside is whoever started it.
 */
export function bubblewrapCommand(parts: CommandParts): string[] {
  const { tools, userId, core } = parts;
  const user = String(userId);
  const changeUser =
    userId === null
      ? []
      : [tools.setpriv, '--reuid', user, '--regid', user, '--clear-groups', '--no-new-privs'];
  return [
    ...['-c', JOIN_SCRIPT, 'sh', ...parts.joinFiles, '--'],
    ...(tools.taskset && core !== null ? [tools.taskset, '-c', String(core)] : []),
    ...[tools.prlimit, ...resourceLimits(parts)],
    ...changeUser,
    ...[tools.bwrap, ...namespaces(tools), ...files(parts)],
    ...['--seccomp', String(parts.filterDescriptor), '--'],
    ...innerCommand(parts),
  ];
}

function resourceLimits({ limits, resources }: CommandParts): string[] {
  const watched = resources === 'watchdog';
  return [
    // For each process; the sum over all is watched. One second more, so that the sum speaks first.
    `--cpu=${Math.ceil(limits.cpuSeconds) + 1}`,
    `--fsize=${limits.fileBytes}`,
    `--nofile=${OPEN_FILES_MAX}`,
    '--core=0',
    '--memlock=0',
    '--msgqueue=0',
    ...(watched ? [`--data=${limits.memoryBytes + DATA_SLACK_BYTES}`] : []),
  ];
}

function namespaces(tools: Tools): string[] {
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts'],
    '--unshare-cgroup-try',
    ...(tools.disablesUserNamespaces ? ['--disable-userns'] : []),
    ...['--uid', USER_INSIDE, '--gid', USER_INSIDE, '--cap-drop', 'ALL'],
    ...['--hostname', 'isolated', '--die-with-parent', '--new-session', '--clearenv'],
  ];
}

/**
 * The root is an empty memory file system, read-only in the end. There is no /proc, /sys, /etc or home, and
 * of devices only null. `--size` must come right before its `--tmpfs`, which is unbounded otherwise.
 */
function files(parts: CommandParts): string[] {
  const { runtime } = parts;
  const bind = (source: string, target: string) => ['--ro-bind', source, target];
  const set = (name: string, value: string) => ['--setenv', name, value];
  return [
    ...runtime.binds.flatMap(([source, target]) => bind(source, target)),
    ...runtime.hidden.flatMap((folder) => ['--tmpfs', folder, '--remount-ro', folder]),
    ...bind(parts.harnessFolder, '/harness'),
    ...bind(parts.programFolder, '/program'),
    ...[...parts.inputs].flatMap(([name, path]) => bind(path, `/input/${name}`)),
    ...(parts.resources === 'watchdog' ? bind(parts.tools.prlimit, '/runtime/prlimit') : []),
    ...['--dev-bind', '/dev/null', '/dev/null'],
    ...['--size', String(parts.limits.diskBytes), '--tmpfs', '/tmp'],
    ...['--remount-ro', '/', '--chdir', '/tmp'],
    ...set('LD_LIBRARY_PATH', '/runtime/lib'),
    ...set('HOME', '/tmp'),
    ...set('TZ', 'UTC'),
    ...set('LANG', 'C.UTF-8'),
    ...runtime.variables.flatMap(([name, value]) => set(name, value)),
  ];
}

function innerCommand(parts: CommandParts): string[] {
  const { runtime, limits } = parts;
  const started = [
    ...runtime.command(limits),
    ...(parts.harness === 'frames'
      ? [`/program/${parts.entry}`]
      : [`/harness/${parts.harness}${runtime.extension}`, parts.entry]),
  ];
  if (parts.resources !== 'watchdog') return started;
  // Set inside, the bound counts only the processes of this job's own user namespace (Linux 5.14).
  const most = limits.processes + OWN_PROCESSES;
  return ['/runtime/prlimit', `--nproc=${most}`, ...started];
}
