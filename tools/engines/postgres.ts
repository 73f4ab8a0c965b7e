import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type RunningPostgres = { url: string; stop(): void };

/**
 * Starts a PostgreSQL of its own in a temporary folder on a free port of loopback, with durability as
 * in production. Null where no server is installed. As root it runs under the user `postgres`.
 */
export async function startPostgres(): Promise<RunningPostgres | null> {
  const programs = findPrograms();
  if (!programs) return null;
  const folder = mkdtempSync(join(tmpdir(), 'touyan-postgres-'));
  const port = await freePort();
  const asRoot = process.getuid?.() === 0;
  if (asRoot) chownSync(folder, idOf('-u'), idOf('-g'));
  const data = join(folder, 'data');
  const run = (program: string, args: string[]) => {
    const file = join(programs, program);
    const command: [string, string[]] = asRoot
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', file, ...args]]
      : [file, args];
    const result = spawnSync(...command, { encoding: 'utf8', cwd: folder, stdio: 'pipe' });
    if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr}`);
  };
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'touyan', '--locale=C.UTF-8', '-E', 'UTF8']);
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_connections=200`;
  run('pg_ctl', ['-D', data, '-w', '-s', '-l', join(folder, 'log'), '-o', settings, 'start']);
  return {
    url: `postgres://touyan@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', ['-D', data, '-m', 'immediate', '-s', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  const programs = join(root, newest ?? '', 'bin');
  return existsSync(join(programs, 'initdb')) ? programs : null;
}

function idOf(flag: '-u' | '-g'): number {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
