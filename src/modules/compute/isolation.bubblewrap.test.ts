import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countedRows,
  honestProgram,
  honestPython,
  openWorkbench,
  type Workbench,
} from './testing-isolation.ts';

/** Real attempts to break out, by programs that run in real bubblewrap with real limits. */
const hasPython = existsSync('/usr/bin/python3');

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench('bubblewrap');
});
afterAll(() => bench.close());

/** Runs Python statements which fill `found`, and gives that back. */
async function python(body: string, more: Parameters<Workbench['batch']>[1] = {}) {
  const indented = body.replaceAll('\n', '\n    ');
  const program = `
import ctypes, errno, json, os, signal, socket, subprocess, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)

def call(number, *values):
    ctypes.set_errno(0)
    result = libc.syscall(number, *values)
    return errno.errorcode.get(ctypes.get_errno(), "?") if result < 0 else "done"

def attempt(action):
    try:
        return ["done", repr(action())]
    except OSError as error:
        return errno.errorcode.get(error.errno, "?")

def main(job):
    found = {}
    ${indented}
    job.write("out", json.dumps(found))
`;
  const run = await bench.batch(program, { environment: 'python', ...more });
  const text = run.texts.out;
  return { run, found: text === undefined ? undefined : JSON.parse(text) };
}

/** Marks of jobs on the host: groups, folders, processes. */
function leftovers(): string[] {
  const groups = ['memory', 'pids', 'cpuacct', 'cpu', '']
    .map((name) => join('/sys/fs/cgroup', name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const folders = readdirSync(join(bench.folder, 'isolation')).map((name) => join('/', name));
  const mark = `touyan-${process.pid}-`;
  return [...groups, ...folders].filter((path) => path.includes(mark));
}

test('the host has what these tests need', () => {
  expect(bench.isolation.kind).toBe('bubblewrap');
  expect(bench.isolation.environments).toContain('javascript');
});

test('a file system of runtime, program and inputs, all of it read-only but a bounded /tmp', async () => {
  const program = `
    import { existsSync, readdirSync, writeFileSync } from 'node:fs';
    const attempt = (path) => { try { writeFileSync(path, 'x'); return 'done' } catch (e) { return e.code } };
    export default async function main({ write }) {
      const paths = ['/x', '/program/x', '/harness/x', '/input/x', '/runtime/x', '/dev/x', '/tmp/x'];
      write('out', JSON.stringify({
        root: readdirSync('/').sort(), dev: readdirSync('/dev'), input: readdirSync('/input'),
        tmp: readdirSync('/tmp'), writes: paths.map(attempt),
        seen: ['/etc', '/proc', '/sys', '/home', '/root', '/var', '/usr', '/work'].filter(existsSync),
      }));
    }`;
  const { texts } = await bench.batch(program, { inputs: { features: 'a\n1\n' } });
  const found = JSON.parse(texts.out ?? '');
  expect(found).toEqual({
    root: expect.arrayContaining(['dev', 'harness', 'input', 'program', 'runtime', 'tmp']),
    dev: ['null'],
    input: ['features'],
    tmp: [],
    writes: ['EROFS', 'EROFS', 'EROFS', 'EROFS', 'EROFS', 'EROFS', 'done'],
    seen: [],
  });
  expect(found.root.length).toBeLessThanOrEqual(8);
});

test('an environment of four variables, another user, another host name', async () => {
  const program = `
    import { hostname } from 'node:os';
    export default async function main({ write }) {
      write('out', JSON.stringify([process.env, process.getuid(), process.getgroups(), hostname(), process.argv]));
    }`;
  const { texts } = await bench.batch(program);
  const [variables, user, groups, host, values] = JSON.parse(texts.out ?? '');
  expect(Object.keys(variables).sort()).toEqual(['HOME', 'LANG', 'LD_LIBRARY_PATH', 'PWD', 'TZ']);
  expect([user, groups, host]).toEqual([65_534, [65_534], 'isolated']);
  expect(values).toEqual(['/runtime/node', '/harness/batch.mjs', 'main.mjs']);
});

test('no process outside can be seen or signalled', async () => {
  const program = `
    const attempt = (id, signal) => { try { process.kill(id, signal); return 'done' } catch (e) { return e.code } };
    export default async function main({ write, options }) {
      write('out', JSON.stringify([process.pid < 10, attempt(options.platform, 0), attempt(options.platform, 9)]));
    }`;
  const { texts } = await bench.batch(program, { options: { platform: process.pid } });
  expect(JSON.parse(texts.out ?? '')).toEqual([true, 'ESRCH', 'ESRCH']);
});

test('a program that kills all that it can reach ends only itself', async () => {
  const killer = `export default async function main() { for (const id of [1, -1, 0]) { try { process.kill(id, 9) } catch {} } for (;;); }`;
  const [killed, honest] = await Promise.all([
    bench.batch(killer, { limits: { wallSeconds: 3 } }),
    bench.rows(honestProgram, countedRows(2_000)),
  ]);
  expect(killed.reason).toMatch(/program_error|time_limit/);
  expect(honest.reason).toBe('completed');
});

test.skipIf(!hasPython)('no network of any kind, though a server listens', async () => {
  const connections: unknown[] = [];
  const server = createServer((socket) => connections.push(socket.end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const hidden = createServer((socket) => connections.push(socket.end()));
  await new Promise<void>((resolve) => hidden.listen('\0touyan-isolation-test', resolve));
  const { found } = await python(
    `def connect(family, kind, target):
    with socket.socket(family, kind) as s:
        s.connect(target)
for name, values in {
    "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", job.options["port"])),
    "tcp6": (socket.AF_INET6, socket.SOCK_STREAM, ("::1", job.options["port"])),
    "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
    "raw": (socket.AF_PACKET, socket.SOCK_RAW, ("lo", 0)),
    "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, "\\0touyan-isolation-test"),
    "netlink": (socket.AF_NETLINK, socket.SOCK_RAW, (0, 0)),
}.items():
    found[name] = attempt(lambda: connect(*values))`,
    { options: { port: typeof address === 'object' ? (address?.port ?? 0) : 0 } },
  );
  server.close();
  hidden.close();
  expect(new Set(Object.values(found))).toEqual(new Set(['EPERM']));
  expect(Object.keys(found)).toHaveLength(6);
  expect(connections).toEqual([]);
});

test.skipIf(!hasPython || process.arch !== 'x64')(
  'system calls for namespaces, mounts, devices, the clock and the kernel are refused',
  async () => {
    const calls: Record<string, string> = {
      unshare_user: '272, 0x10000000',
      clone_user: '56, 0x10000011, 0, 0, 0, 0',
      clone3: '435, 0, 0',
      setns: '308, 0, 0',
      mount: '165, b"none", b"/tmp", b"tmpfs", 0, 0',
      pivot_root: '155, b"/", b"/tmp"',
      chroot: '161, b"/tmp"',
      ptrace: '101, 0, 0, 0, 0',
      mknod: '133, b"/tmp/device", 0o020666, 0x0103',
      mknod_fifo: '133, b"/tmp/pipe", 0o010666, 0',
      clock_settime: '227, 0, (ctypes.c_long * 2)(0, 0)',
      settimeofday: '164, (ctypes.c_long * 2)(0, 0), 0',
      sethostname: '170, b"x", 1',
      bpf: '321, 0, 0, 0',
      io_uring: '425, 1, 0',
      userfaultfd: '323, 0',
      memfd: '319, b"x", 0',
      shared_memory: '29, 0, 4096, 0o1600',
      keyring: '250, 0, 0, 0, 0, 0',
      perf: '298, 0, 0, 0, 0, 0',
      syslog: '103, 3, 0, 0',
      inject_terminal: '16, 0, 0x5412, b"x"',
      newer_than_the_filter: '463, 0, 0',
      x32: '0x40000000 + 39',
    };
    const lines = Object.entries(calls).map(
      ([name, values]) => `found["${name}"] = call(${values})`,
    );
    const { found } = await python(lines.join('\n'));
    const { clone3, newer_than_the_filter, x32, ...refused } = found;
    expect([clone3, newer_than_the_filter, x32]).toEqual(['ENOSYS', 'ENOSYS', 'ENOSYS']);
    expect(new Set(Object.values(refused))).toEqual(new Set(['EPERM']));
  },
);

test.skipIf(!hasPython)(
  'links and pipes in /tmp are files of the job, and never leave it',
  async () => {
    const { run, found } = await python(
      `os.symlink("/etc/passwd", "/tmp/out")
found["link"] = attempt(lambda: open("/tmp/out").read())
found["hard"] = attempt(lambda: os.link("/program/main.py", "/tmp/hard"))
found["pipe"] = attempt(lambda: os.mkfifo("/tmp/pipe"))
found["device"] = attempt(lambda: open("/dev/kmsg"))`,
    );
    expect(found).toEqual({ link: 'ENOENT', hard: 'EXDEV', pipe: 'EPERM', device: 'ENOENT' });
    expect(await readdir(run.outputFolder)).toEqual(['out']);
  },
);

test.skipIf(!hasPython)(
  'a fork bomb ends with a reason while a job beside it goes on',
  async () => {
    const bomb = 'while True:\n    os.fork()';
    const [bombed, honest] = await Promise.all([
      python(bomb),
      bench.rows(honestProgram, countedRows(3_000), { limits: { rowSeconds: 20 } }),
    ]);
    expect(bombed.run.reason).toBe('process_limit');
    expect(honest.reason).toBe('completed');
  },
);

test.skipIf(!hasPython)('who dies of a refused process at once ended of the limit', async () => {
  const body = `while True:
    if os.fork() == 0:
        time.sleep(60)`;
  for (let time = 0; time < 5; time += 1) {
    expect((await python(body)).run.reason).toBe('process_limit');
  }
});

test.skipIf(!hasPython)('processor time is that of all processes together', async () => {
  const body = `for _ in range(6):
    if os.fork() == 0:
        while True:
            pass
time.sleep(60)`;
  const { run } = await python(body, { limits: { cpuSeconds: 1 } });
  expect(run.reason).toBe('cpu_limit');
  expect(run.usage.cpuMs).toBeLessThan(4_000);
});

test.each([
  ['disk_limit', 'a file larger than it may be', 'writeFileSync("/tmp/x", Buffer.alloc(3 << 20))'],
  [
    'disk_limit',
    'files larger than the disk',
    'for (let i = 0; ; i++) writeFileSync("/tmp/" + i, Buffer.alloc(1 << 20))',
  ],
  [
    'out_of_memory',
    'memory of a child',
    'spawnSync(process.execPath, ["-e", "let a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))"])',
  ],
])('%s: %s', async (reason, _name, body) => {
  const program = `
    import { spawnSync } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    export default async function main() { ${body} }`;
  const run = await bench.batch(program, { outputs: {} });
  expect(run.reason).toBe(reason);
});

test('what one job wrote or left running is gone before the next begins', async () => {
  const first = `
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    export default async function main({ write }) {
      writeFileSync('/tmp/message', 'for the next');
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000) // touyan-left-behind'], { detached: true, stdio: 'ignore' }).unref();
      write('out', 'done');
    }`;
  expect((await bench.batch(first)).reason).toBe('completed');
  const second = `
    import { readdirSync } from 'node:fs';
    export default async function main({ write }) { write('out', JSON.stringify(readdirSync('/tmp'))) }`;
  expect((await bench.batch(second)).texts.out).toBe('[]');
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
  expect(commands.filter((command) => command.includes('touyan-left-behind'))).toEqual([]);
  expect(leftovers()).toEqual([]);
});

describe('a program that speaks the protocol itself', () => {
  const speaking = (body: string) => `
    import { readSync, writeSync } from 'node:fs';
    const say = (text) => writeSync(4, text);
    export function create() { return { observe(row) { ${body} } } }`;

  test.each([
    [
      'answers ahead of time',
      'say(`{"prediction":{"flag":1}}\\n{"prediction":{"flag":1}}\\n`); return { flag: 0 }',
    ],
    ['answers twice', 'say(`{"prediction":{"flag":1}}\\n`); return { flag: 0 }'],
    ['sends a huge line', 'say("x".repeat(100_000)); return { flag: 0 }'],
    ['sends no JSON', 'say("0\\n"); return { flag: 0 }'],
    ['sends deep JSON', 'say("[".repeat(15_000) + "\\n"); return { flag: 0 }'],
    ['says that it is ready again', 'say(`{"ready":true}\\n`); return { flag: 0 }'],
    [
      'answers before it is asked',
      'return { flag: 0 } } } } say(`{"prediction":{"flag":1}}\\n`); { { {',
    ],
  ])('%s', async (_name, body) => {
    const run = await bench.rows(speaking(body), countedRows(3));
    expect(run.reason).toMatch(_name === 'answers twice' ? /pro/ : /protocol_error/);
  });

  test('that ends with any status gives one and the same reason', async () => {
    const runs = await Promise.all(
      [0, 1, 77].map((status) => {
        return bench.rows(speaking(`process.exit(${status})`), countedRows(3), { logs: 'none' });
      }),
    );
    const said = runs.map(({ usage: _usage, ...rest }) => JSON.stringify(rest));
    expect(new Set(said).size).toBe(1);
    expect(runs[0]?.reason).toBe('program_error');
  });

  test.skipIf(!hasPython)('finds no row in the pipe before it has answered', async () => {
    const program = `
import select

def create(options):
    return Program()

class Program:
    def observe(self, row):
        ready, _, _ = select.select([3], [], [], 0.1)
        return {"flag": 1 if ready else 0}
`;
    const run = await bench.rows(program, countedRows(5), { environment: 'python' });
    expect(run.predictions).toEqual(Array(5).fill({ flag: 0 }));
  });
});

test.skipIf(!hasPython)(
  'Python answers as JavaScript does, with the standard library only',
  async () => {
    const run = await bench.rows(honestPython, countedRows(500), { environment: 'python' });
    const other = await bench.rows(honestProgram, countedRows(500));
    expect(run.reason).toBe('completed');
    expect(run.predictions).toEqual(other.predictions);
    const { found } = await python(
      `import hashlib, sqlite3, ssl, zlib, random
found["random"] = random.random()
found["hash"] = hash("a") == hash("a")
found["packages"] = [path for path in sys.path if "packages" in path]`,
    );
    expect(found).toEqual({ random: 0.13436424411240122, hash: true, packages: [] });
  },
);

test.skipIf(!hasPython)('an error of a Python program is told where logs are kept', async () => {
  const { run } = await python('raise ValueError("row 7")');
  expect(run.reason).toBe('program_error');
  expect(run.logs?.text).toContain('ValueError: row 7');
});

describe('without control groups', () => {
  let watched: Workbench;
  beforeAll(async () => {
    watched = await openWorkbench('bubblewrap', 'watchdog');
  });
  afterAll(() => watched.close());

  test('the profile says so, and the environment is another one', () => {
    expect(watched.isolation.describe().resources).toBe('watchdog');
    expect(watched.environments[0]?.digest).not.toBe(bench.environments[0]?.digest);
  });

  test('an honest program runs', async () => {
    expect((await watched.rows(honestProgram, countedRows(100))).reason).toBe('completed');
  });

  test.each([
    ['out_of_memory', 'const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))'],
    [
      'process_limit',
      'for (let i = 0; i < 60; i++) spawn("/runtime/node", ["-e", "setTimeout(() => {}, 9e9)"]); await new Promise((r) => setTimeout(r, 9e3))',
    ],
    ['cpu_limit', 'for (;;);'],
    ['disk_limit', 'for (let i = 0; ; i++) writeFileSync("/tmp/" + i, Buffer.alloc(1 << 20))'],
  ])('%s', async (reason, body) => {
    const program = `
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      export default async function main() { ${body} }`;
    const limits = {
      cpuSeconds: reason === 'cpu_limit' ? 1 : 20,
      memoryBytes: (reason === 'process_limit' ? 1000 : 200) << 20,
    };
    const run = await watched.batch(program, { outputs: {}, limits });
    // A process over the bound is refused as well, which may end the program before it is looked at.
    expect([reason, 'program_error']).toContain(run.reason);
  });
});

test('a platform that was killed leaves processes and groups which the next start removes', async () => {
  const script = join(bench.folder, 'killed.mjs');
  const testing = new URL('./testing-isolation.ts', import.meta.url).href;
  await writeFile(
    script,
    `import { openWorkbench } from '${testing}';
     const bench = await openWorkbench('bubblewrap');
     console.log(bench.folder);
     setTimeout(() => process.kill(process.pid, 'SIGKILL'), 700);
     await bench.batch('export default async function main() { for (;;); /* touyan-killed */ }');`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [script]).catch((error) => error);
  const folder = join(String(stdout).trim(), 'isolation');
  const names = (await readdir(folder)).filter((name) => name.startsWith('touyan-'));
  expect(names).toHaveLength(1);
  const name = names[0] ?? '';
  const groups = ['memory', 'pids'].map((kind) => join('/sys/fs/cgroup', kind, name));
  const { openIsolation } = await import('./environments.ts');
  await openIsolation({
    ...{ engine: 'bubblewrap', resources: 'auto', mayInstall: false, onProgress: () => {} },
    ...{ folder, openFolder: folder, nodePath: process.execPath, pythonPaths: [] },
  });
  expect((await readdir(folder)).filter((found) => found.startsWith('touyan-'))).toEqual([]);
  expect(groups.filter((group) => existsSync(group))).toEqual([]);
});
