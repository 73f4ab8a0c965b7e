/**
 * The system call filter of a job, as a classic BPF program of 8-byte `sock_filter` records
 * (https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html). It lists what is refused:
 * namespaces and the user's own privileges bound the rest. Refused calls answer EPERM and the program
 * goes on; `clone3` and calls newer than this list answer ENOSYS, upon which C libraries use older ones.
 */

/** Numbers on x86-64 and on arm64; null where the machine has no such call. */
type CallNumbers = readonly [x64: number | null, arm64: number | null];

const REFUSED: Readonly<Record<string, CallNumbers>> = {
  // The network, and passing descriptors; the namespace has no network either.
  socket: [41, 198],
  connect: [42, 203],
  accept: [43, 202],
  accept4: [288, 242],
  bind: [49, 200],
  listen: [50, 201],
  sendto: [44, 206],
  sendmsg: [46, 211],
  sendmmsg: [307, 269],
  recvfrom: [45, 207],
  recvmsg: [47, 212],
  recvmmsg: [299, 243],
  // Other processes.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  process_mrelease: [448, 448],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
  // Mounts and namespaces.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  unshare: [272, 97],
  setns: [308, 268],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  // Device files and named pipes.
  mknod: [133, null],
  mknodat: [259, 33],
  // Memory that no limit on files or processes sees, and what outlives a process.
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  shmget: [29, 194],
  msgget: [68, 186],
  semget: [64, 190],
  mq_open: [240, 180],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  // Large parts of the kernel that no program here needs.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  fanotify_init: [300, 262],
  fanotify_mark: [301, 263],
  lookup_dcookie: [212, 18],
  modify_ldt: [154, null],
  personality: [135, 92],
  vmsplice: [278, 75],
  // Where memory lies.
  mbind: [237, 235],
  set_mempolicy: [238, 237],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
  set_mempolicy_home_node: [450, 450],
  // The machine itself.
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  syslog: [103, 116],
  vhangup: [153, 58],
  iopl: [172, null],
  ioperm: [173, null],
};

const CLONE: CallNumbers = [56, 220];
const CLONE3 = 435;
const IOCTL: CallNumbers = [16, 29];
/** mseal: the newest call that this list knows. */
const NEWEST_CALL = 462;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h). */
const NEW_NAMESPACES = 0x7e020000;
/** TIOCSTI and TIOCLINUX put characters into a terminal (asm-generic/ioctls.h). */
const TERMINAL_REQUESTS = [0x5412, 0x541c];

const ARCHITECTURES = {
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
} as const;
export type FilterArchitecture = keyof typeof ARCHITECTURES;

export function isFilterArchitecture(name: string): name is FilterArchitecture {
  return name in ARCHITECTURES;
}

// Offsets into struct seccomp_data: the call's number, the machine, the low halves of two arguments.
const OFFSET_NUMBER = 0;
const OFFSET_MACHINE = 4;
const OFFSET_ARGUMENT_0 = 16;
const OFFSET_ARGUMENT_1 = 24;

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER = 0x25;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const REFUSE_EPERM = 0x00050001;
const REFUSE_ENOSYS = 0x00050026;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/** The filter's bytes for one machine, as bubblewrap's `--seccomp` and seccomp(2) take them. */
export function seccompFilter(architecture: FilterArchitecture): Buffer {
  const { audit, column } = ARCHITECTURES[architecture];
  const program: Instruction[] = [
    [LOAD, 0, 0, OFFSET_MACHINE],
    [JUMP_EQUAL, 1, 0, audit],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, OFFSET_NUMBER],
    // Also all of x32, the other interface of x86-64, whose numbers begin at 2^30.
    ...unless(JUMP_GREATER, NEWEST_CALL, REFUSE_ENOSYS),
    ...unless(JUMP_EQUAL, CLONE3, REFUSE_ENOSYS),
  ];
  for (const numbers of Object.values(REFUSED)) {
    const number = numbers[column];
    if (number !== null) program.push(...unless(JUMP_EQUAL, number, REFUSE_EPERM));
  }
  const clone = CLONE[column];
  const ioctl = IOCTL[column];
  if (clone === null || ioctl === null) throw new Error('clone and ioctl have a number everywhere');
  program.push(
    [JUMP_EQUAL, 0, 4, clone],
    [LOAD, 0, 0, OFFSET_ARGUMENT_0],
    ...unless(JUMP_ANY_BIT, NEW_NAMESPACES, REFUSE_EPERM),
    [RETURN, 0, 0, ALLOW],
    [JUMP_EQUAL, 0, 1 + 2 * TERMINAL_REQUESTS.length, ioctl],
    [LOAD, 0, 0, OFFSET_ARGUMENT_1],
    ...TERMINAL_REQUESTS.flatMap((request) => unless(JUMP_EQUAL, request, REFUSE_EPERM)),
    [RETURN, 0, 0, ALLOW],
  );
  return assemble(program);
}

/** Answers with `verdict` if the comparison holds, else goes on after the two instructions. */
function unless(jump: number, value: number, verdict: number): Instruction[] {
  return [
    [jump, 0, 1, value],
    [RETURN, 0, 0, verdict],
  ];
}

function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, ifTrue, ifFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  });
  return bytes;
}
