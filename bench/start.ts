import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { figureAtMost } from '../tools/figure.ts';

/**
 * How long a platform on the database on board takes from its command to its first answer, on a new data folder and
 * on one that is there; what it keeps in memory when nobody asks for anything; and the main job of the
 * demonstration from command to exit. Memory is the resident set (proc(5)) of the server, in
 * which the database runs as a thread, and of the witness that it starts, which is a process of its own.
 * One JSON line a figure.
 */

const IDLE_MILLISECONDS = 20_000;
const cli = new URL('../src/apps/cli.ts', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'touyan-bench-'));
const data = join(folder, 'data');
const environment = { ...process.env };
// The figures are those of the default on one machine.
delete environment.DATABASE_URL;

figureAtMost('start.first_answer_new_folder', (await start(false)).seconds, 's', 5);
const { seconds, megabytes } = await start(true);
figureAtMost('start.first_answer', seconds, 's', 3);
figureAtMost('start.idle_memory', megabytes, 'MB', 450);
const { toCertificate, whole } = await mainJob();
figureAtMost('start.main_job_to_certificate', toCertificate, 's', 45);
figureAtMost('start.main_job', whole, 's', 90);
await rm(folder, { recursive: true, force: true });

async function start(idle: boolean): Promise<{ seconds: number; megabytes: number }> {
  const port = await freePort();
  const began = performance.now();
  const server = run(['start', '--data', data, '--port', `${port}`, '--log', 'quiet']);
  while (!(await answers(`http://127.0.0.1:${port}/readyz`))) await setTimeout(25);
  const seconds = (performance.now() - began) / 1000;
  if (idle) await setTimeout(IDLE_MILLISECONDS);
  const megabytes = idle ? await residentMegabytes(server.pid ?? 0) : 0;
  server.kill('SIGTERM');
  await once(server, 'exit');
  return { seconds, megabytes };
}

async function mainJob(): Promise<{ toCertificate: number; whole: number }> {
  const began = performance.now();
  const file = join(folder, 'demo.json');
  const port = await freePort();
  const demo = run(
    ['demo', '--once', '--json', file].concat([
      '--data',
      join(folder, 'demo'),
      '--port',
      `${port}`,
    ]),
  );
  const [status] = await once(demo, 'exit');
  if (status !== 0) throw new Error(`the demonstration ended with ${status}`);
  const { secondsToCertificate } = JSON.parse(await readFile(file, 'utf8'));
  return { toCertificate: secondsToCertificate, whole: (performance.now() - began) / 1000 };
}

function run(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [cli, ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment,
  });
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

/**
 * Of a process and its children. Pages of files, nearly all of them the program of Node.js, are the same ones
 * for each, and counted once.
 */
async function residentMegabytes(pid: number): Promise<number> {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' });
  let own = 0;
  let files = 0;
  for (const each of [pid, ...children.trim().split(/\s+/).filter(Boolean)]) {
    const status = await readFile(`/proc/${each}/status`, 'utf8').catch(() => '');
    const kilobytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
    own += kilobytes('RssAnon') + kilobytes('RssShmem');
    files = Math.max(files, kilobytes('RssFile'));
  }
  return ((own + files) * 1024) / 1e6;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
