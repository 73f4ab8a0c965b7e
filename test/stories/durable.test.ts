import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, enterAs, organisationOf } from '../../src/apps/demo/actor.ts';
import { type Database, openDatabase } from '../../src/kernel/db.ts';
import { type FreshDatabase, freshDatabase, postgresUrl } from '../fresh-database.ts';
import { startTouyan, type TouyanProcess } from '../touyan-process.ts';
import { readTrace, straceWords, type TracedCall } from '../traced-calls.ts';

/**
 * On PostgreSQL, what a door acknowledges is on disk before the answer leaves: rows and checkpoints by the
 * flushed write-ahead log, objects by fsync of file and folder, and the witness's memory and every
 * key likewise. Seen in the server's own answers about its log, and with strace, where there is one,
 * in the order of the system calls of platform, witness and PostgreSQL.
 */

const strace = existsSync('/usr/bin/strace');
const mayTrace = strace && process.getuid?.() === 0;

describe.skipIf(!postgresUrl)('durable on PostgreSQL', () => {
  let place: string;
  let folder: string;
  let database: FreshDatabase;
  let db: Database;
  let platform: TouyanProcess;
  let address: string;
  let vendor: Actor;
  let trace: () => Promise<TracedCall[]>;

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'touyan-durable-'));
    folder = join(place, 'data');
    database = await freshDatabase(postgresUrl!);
    db = openDatabase({ engine: 'postgres', url: database.url, connectionsMax: 2 });
    const file = join(place, 'trace');
    const calls = 'fsync,fdatasync,rename,renameat,renameat2,write,writev';
    platform = startTouyan(
      ['start', '--data', folder, '--port', '0', '--demonstration', '--log', 'quiet'],
      {
        environment: { DATABASE_URL: database.url },
        under: strace ? [...straceWords, `trace=${calls}`, '--seccomp-bpf', '-o', file] : [],
      },
    );
    trace = async () => readTrace(await readFile(file, 'utf8'));
    [, address = ''] = await platform.said(/answers at (\S+)/);
    vendor = await enterAs(address, 'vendor');
  }, 180_000);
  afterAll(async () => {
    const pid = Number(
      (await readFile(join(folder, 'lock'), 'utf8').catch(() => '')).split(' ')[0],
    );
    if (pid > 0) process.kill(pid, 'SIGTERM');
    await platform?.ended;
    await db?.close();
    await database?.drop();
    await rm(place, { recursive: true, force: true });
  }, 60_000);

  const read = async (statement: string, values: unknown[] = []) => {
    const { rows } = await db.raw(statement, values);
    return String(Object.values(rows[0] ?? {})[0]);
  };

  it('has fsync and synchronous commit, and turns neither off', async () => {
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      expect(await read(`show ${name}`), name).toBe('on');
    }
    const texts = await read(
      `select string_agg(setting::text, ',') from (
        select unnest(setconfig) as setting from pg_db_role_setting) settings`,
    );
    expect(texts).not.toContain('synchronous_commit');
  });

  const flushedTo = () => read('select pg_current_wal_flush_lsn()::text');
  /** Whether the commit of a transaction stands in the log between two places, both flushed. */
  async function isBetween(xid: string, from: string, to: string): Promise<boolean> {
    if (from === to) return false;
    const { rows } = await db.raw(
      `select 1 from pg_get_wal_records_info($1, $2) where xid = $3::xid
      and resource_manager = 'Transaction' and record_type like 'COMMIT%'`,
      [from, to, xid],
    );
    return rows.length > 0;
  }

  it('has flushed the commit when the answer comes, and would show one that was not', async () => {
    const { rows } = await db.raw(
      `select 1 from pg_available_extensions where name = 'pg_walinspect'`,
    );
    if (rows.length === 0) return;
    await db.raw('create extension pg_walinspect');
    for (let count = 0; count < 5; count += 1) {
      const from = await flushedTo();
      const name = `先落盘 ${count}`;
      const { id } = await vendor.client.parties.createOrganisation({ name, description: '' });
      const to = await flushedTo();
      const xid = await read('select xmin::text from kernel_facts where subject = $1', [id]);
      expect(await isBetween(xid, from, to), name).toBe(true);
    }
    await db.raw('create table lazy (n int)');
    const flushed: boolean[] = [];
    for (let count = 0; count < 20; count += 1) {
      const from = await flushedTo();
      await db.transaction(async (tx) => {
        await db.raw('set local synchronous_commit = off', [], tx);
        await db.raw(`insert into lazy values (${count})`, [], tx);
      });
      const to = await flushedTo();
      const xid = await read(`select xmin::text from lazy where n = ${count}`);
      flushed.push(await isBetween(xid, from, to));
    }
    expect(flushed).toContain(false);
  }, 60_000);

  it.skipIf(!mayTrace)(
    'syncs an object and its folder before it answers for it',
    async () => {
      const repository = await vendor.client.hub.createRepository({
        ownerId: organisationOf(vendor),
        kind: 'dataset',
        name: 'durable',
        title: { zh: '先落盘', en: 'On disk first' },
      });
      const path = `/api/v1/hub/repositories/${repository.id}/uploads/any`;
      const response = await fetch(`${address}${path}`, {
        method: 'PUT',
        headers: { ...vendor.connection.headers, 'content-type': 'application/octet-stream' },
        body: new Blob([`content ${Date.now()}`]),
      });
      const requestId = response.headers.get('x-request-id')!;
      const { digest }: { digest: string } = await response.json();
      const hex = digest.slice('sha256:'.length);
      const calls = await trace();
      const renamed = calls.findIndex(
        ({ name, text }) => name.startsWith('rename') && text.includes(`/${hex}"`),
      );
      const [, incoming = ''] = /"([^"]+)"/.exec(calls[renamed]!.text)!;
      const synced = calls.findIndex(
        ({ name, text }) => /sync/.test(name) && text.includes(incoming),
      );
      const shard = `blobs/sha256/${hex.slice(0, 2)}>`;
      const folderSynced = calls.findIndex(
        ({ name, text }, place) => place > renamed && name === 'fsync' && text.includes(shard),
      );
      const answered = calls.findIndex(({ text }) => text.includes(requestId));
      const order = [synced, renamed, folderSynced, answered];
      expect(order, 'file synced, renamed, folder synced, answered').toEqual(
        order.toSorted((a, b) => a - b),
      );
      expect(synced).toBeGreaterThanOrEqual(0);
    },
    60_000,
  );

  it.skipIf(!mayTrace)('syncs what the witness remembers before it cosigns', async () => {
    for (let count = 0; count < 4; count += 1) {
      await vendor.client.parties.createOrganisation({ name: `先联署 ${count}`, description: '' });
      await expect
        .poll(
          async () => {
            const { size, cosignedSize } = await vendor.client.kernel.getLedger({});
            return size - cosignedSize;
          },
          { timeout: 20_000 },
        )
        .toBe(0);
    }
    const calls = await trace();
    // strace writes the dash of a signature line as octal numbers.
    const signs = (text: string) => /[^/\w-]touyan-witness [\w+/]{20}/.test(text);
    const cosigned = calls.filter(({ text }) => text.includes('HTTP/1.1 200 OK') && signs(text));
    expect(cosigned.length).toBeGreaterThan(2);
    const [witness] = cosigned;
    const own = calls.filter(
      ({ text, process }) => process === witness!.process || text.includes('/witness/logs'),
    );
    let done: string[] = [];
    for (const { name, text } of own) {
      if (/sync/.test(name) && /witness\/logs\/\..*\.new>/.test(text)) done = ['file'];
      else if (name.startsWith('rename') && text.includes('/witness/logs/')) done.push('name');
      else if (name === 'fsync' && text.includes('/witness/logs>')) done.push('folder');
      else if (text.includes('HTTP/1.1 200 OK') && signs(text)) {
        expect(done).toEqual(['file', 'name', 'folder']);
        done = [];
      }
    }
  });

  it.skipIf(!mayTrace)('syncs every key and its folder before the first answer', async () => {
    const calls = await trace();
    const answered = calls.findIndex(({ text }) => text.includes('HTTP/1.1 '));
    const before = calls.slice(0, answered).filter(({ name }) => /sync|rename/.test(name));
    for (const key of ['keys/log', 'keys/sessions', 'witness/witness-key', 'operator-key']) {
      const path = join(folder, key);
      const steps = before.flatMap(({ name, text }) => {
        if (
          /sync/.test(name) &&
          new RegExp(`${path.replace(/[^/]+$/, '')}\\.?[\\w-]+\\.new>`).test(text)
        )
          return text.includes(key.split('/').at(-1)!) ? ['file'] : [];
        if (name.startsWith('rename') && text.includes(`"${path}"`)) return ['name'];
        if (name === 'fsync' && text.includes(`<${path.replace(/\/[^/]+$/, '')}>`))
          return ['folder'];
        return [];
      });
      const from = steps.indexOf('file');
      expect(steps.slice(from, from + 3), key).toEqual(['file', 'name', 'folder']);
    }
  });

  it.skipIf(!mayTrace)(
    'waits for PostgreSQL to sync its log before it answers',
    async () => {
      const postmaster = postmasterOf(await read('show data_directory'));
      if (postmaster === null) return;
      const file = join(place, 'trace-postgres');
      const processes = [postmaster, ...childrenOf(postmaster)].flatMap((pid) => ['-p', `${pid}`]);
      const [program, ...words] = straceWords;
      const tracer = spawn(program, [...words, 'trace=fdatasync,fsync', '-o', file, ...processes], {
        stdio: 'ignore',
      });
      try {
        await attached(postmaster);
        const sent: { from: number; requestId: string }[] = [];
        for (let count = 0; count < 5; count += 1) {
          const from = Date.now() / 1000;
          const response = await fetch(`${address}/api/v1/parties/organisations`, {
            method: 'POST',
            headers: { ...vendor.connection.headers, 'content-type': 'application/json' },
            body: JSON.stringify({ name: `日志先行 ${count}`, description: '' }),
          });
          expect(response.status).toBe(201);
          sent.push({ from, requestId: response.headers.get('x-request-id')! });
          await sleep(300);
        }
        const answers = await trace();
        const syncs = readTrace(await readFile(file, 'utf8')).filter(({ text }) =>
          text.includes('/pg_wal/'),
        );
        for (const { from, requestId } of sent) {
          const answer = answers.find(({ text }) => text.includes(requestId))!;
          const between = syncs.filter(({ time }) => time > from && time < answer.time);
          expect(between.length, requestId).toBeGreaterThan(0);
        }
      } finally {
        tracer.kill('SIGTERM');
      }
    },
    60_000,
  );
});

/** The main process of a server on this machine; null for one elsewhere. */
function postmasterOf(dataDirectory: string): number | null {
  const file = join(dataDirectory, 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null;
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.trim().split(/\s+/).filter(Boolean).map(Number);
}

async function attached(pid: number): Promise<void> {
  const limit = Date.now() + 10_000;
  while (/TracerPid:\t0\n/.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) {
    if (Date.now() > limit) throw new Error('strace could not attach to PostgreSQL');
    await sleep(50);
  }
  await sleep(300);
}
