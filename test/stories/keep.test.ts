import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBackup, runRestore } from '../../src/apps/backup.ts';
import { contracts } from '../../src/apps/contracts.ts';
import { createClient } from '../../src/kernel/client.ts';
import { verifyEvidence } from '../../src/verify/verify.ts';
import { type Booted, boot } from '../boot.ts';
import { copyOf, type FinishedRun, finishedRun } from '../finished-run.ts';
import { type FreshDatabase, freshDatabase, postgresUrl } from '../fresh-database.ts';
import { readCheckpoint, readEntries, rootOf } from '../log-entries.ts';
import { queryStored } from '../stored-facts.ts';
import { runTouyan } from '../touyan-process.ts';

/**
 * A backup holds everything: restored into a new folder, on either engine, the platform has the same rows,
 * objects, log and keys, and its certificates verify as before. What is damaged or would overwrite
 * something is refused, and nothing changes. An older folder is brought up to date.
 */

let run: FinishedRun;
let place: string;
let folder: string;
let file: string;
const databases: FreshDatabase[] = [];
const placed = (name: string) => join(place, name);
const manifestOf = async (path: string) => {
  const text = gunzipSync(await readFile(path)).toString('latin1');
  return JSON.parse(/\{\n {2}"format": "touyan-backup\/1"[\s\S]*?\n\}/.exec(text)![0]);
};

beforeAll(async () => {
  run = await finishedRun();
  place = await mkdtemp(join(tmpdir(), 'touyan-keep-'));
  folder = await copyOf(run.folder);
  file = placed('backup.tar.gz');
  const { code, out, err } = await runTouyan(['backup', '--data', folder, '--to', file]);
  expect(err).toBe('');
  expect(out).toMatch(/backup\.tar\.gz: \d+ rows of \d+ tables, \d+ files/);
  expect(code).toBe(0);
}, 600_000);
afterAll(async () => {
  for (const database of databases) await database.drop();
  await rm(place, { recursive: true, force: true });
  await rm(dirname(folder), { recursive: true, force: true });
});

async function emptyDatabase(): Promise<string> {
  const database = await freshDatabase(postgresUrl!);
  databases.push(database);
  return database.url;
}

/** Every object's name and digest; an object is named by the digest of its content. */
async function objectsOf(data: string): Promise<string[]> {
  const entries = await readdir(join(data, 'blobs', 'sha256'), {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const bytes = await readFile(join(parentPath, name));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(name);
      return name;
    }),
  ).then((names) => names.sort());
}

const engines = [
  { engine: 'PGlite', to: async () => [] as string[] },
  ...(postgresUrl
    ? [{ engine: 'PostgreSQL', to: async () => ['--database-url', await emptyDatabase()] }]
    : []),
];

describe.each(engines)('restored on $engine', ({ engine, to }) => {
  let restored: string;
  let words: string[];
  let booted: Booted;

  beforeAll(async () => {
    restored = placed(`restored-${engine}`);
    words = await to();
    const argv = ['restore', '--from', file, '--data', restored, ...words];
    const { code, err } = await runTouyan(argv);
    expect(err).toBe('');
    expect(code).toBe(0);
  }, 120_000);
  afterAll(() => booted?.stop());

  it('has the same rows, to the byte', async () => {
    const again = placed(`again-${engine}.tar.gz`);
    const { code, err } = await runTouyan([
      ...['backup', '--data', restored, '--to', again],
      ...words,
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [first, second] = [await manifestOf(file), await manifestOf(again)];
    expect(second.migrations).toEqual(first.migrations);
    expect(second.tables).toEqual(first.tables);
    expect(second.files).toEqual(first.files);
    expect(first.tables.length).toBeGreaterThan(40);
  }, 120_000);

  it('has every object, and keys that only their owner may read', async () => {
    expect(await objectsOf(restored)).toEqual(await objectsOf(folder));
    for (const key of ['keys/log', 'operator-key']) {
      expect((await stat(join(restored, key))).mode & 0o777, key).toBe(0o600);
      const before = await readFile(join(folder, key), 'utf8');
      expect(await readFile(join(restored, key), 'utf8')).toBe(before);
    }
    expect(existsSync(join(restored, 'witness'))).toBe(false);
  });

  it('starts, goes on with the same log, and knows its operator', async () => {
    booted = await boot({ folder: restored, databaseUrl: words[1] ?? null });
    const { size, rootHash, publicKey } = run.result.ledger;
    expect(rootOf(await readEntries(booted.address, size))).toBe(rootHash);
    expect((await readCheckpoint(booted.address)).size).toBeGreaterThanOrEqual(size);
    expect(booted.platform.kernel.ledger.vkey).toBe(publicKey);
    const key = (await readFile(join(restored, 'operator-key'), 'utf8')).trim();
    const headers = { authorization: `Bearer ${key}` };
    const client = createClient(contracts, { address: booted.address, headers });
    expect(await client.parties.me({})).toMatchObject({ roles: ['operator'] });
  }, 120_000);

  it('still proves its certificate, the old file and a fresh one alike', async () => {
    const text = await readFile(run.result.certificate.path, 'utf8');
    const { publicKey, witnessKey } = run.result.ledger;
    const before = await verifyEvidence(text, { logKey: publicKey, witnessKeys: [witnessKey] });
    expect(before.failures).toEqual([]);
    const { client } = await booted.as('auditor');
    const certificateId = String(JSON.parse(text).document.certificateId);
    const { kernel, witness } = booted.platform;
    await expect
      .poll(
        async () => {
          const evidence = await client.assurance.certificateEvidence({ certificateId });
          const trust = { logKey: kernel.ledger.vkey, witnessKeys: [witness.vkey] };
          return (await verifyEvidence(JSON.stringify(evidence), trust)).failures;
        },
        { timeout: 20_000 },
      )
      .toEqual([]);
  });
});

describe('a backup of a running platform', () => {
  let booted: Booted;
  let written: string;

  beforeAll(async () => {
    booted = await boot({ folder });
  }, 120_000);
  afterAll(() => booted?.stop());

  it('is written for a system administrator while others work, and for nobody else', async () => {
    const [operator, expert, vendor] = [
      await booted.as('operator'),
      await booted.as('expert'),
      await booted.as('vendor'),
    ];
    await expect(operator.client.kernel.createBackup({})).rejects.toMatchObject({ status: 403 });
    await operator.client.parties.appointRole({
      partyId: expert.partyId,
      role: 'system_administrator',
      reason: 'keeps the backups',
    });
    const making = expert.client.kernel.createBackup({});
    const names = Array.from({ length: 20 }, (_, place) => `备份期间 ${place}`);
    for (const name of names) {
      await vendor.client.parties.createOrganisation({ name, description: '' });
    }
    const made = await making;
    expect(made.file.startsWith(join(folder, 'backups'))).toBe(true);
    expect((await stat(made.file)).mode & 0o777).toBe(0o600);
    expect(made.rows).toBeGreaterThan(1000);
    written = made.file;
  }, 120_000);

  it('keeps `touyan upgrade` and a second platform away from its folder', async () => {
    for (const argv of [['upgrade'], ['start', '--port', '0']]) {
      const { code, err } = await runTouyan([...argv, '--data', folder]);
      expect(err).toContain(`${folder} is in use by process`);
      expect(code).not.toBe(0);
    }
  }, 120_000);

  it('restores to a platform whose rows, log and objects agree', async () => {
    const restored = placed('restored-online');
    const { code, err } = await runTouyan(['restore', '--from', written, '--data', restored]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    // Opening the ledger recomputes its root from the stored tiles.
    const other = await boot({ folder: restored });
    try {
      const { size } = await readCheckpoint(other.address);
      expect(size).toBeGreaterThanOrEqual(run.result.ledger.size);
      const entries = await readEntries(other.address, size);
      expect(rootOf(entries)).toBe((await readCheckpoint(other.address)).root);
    } finally {
      await other.stop();
    }
    const used = await queryStored({ folder: restored }, ['select digest from hub_files']);
    const objects = new Set(await objectsOf(restored));
    for (const { digest } of used[0]!) expect(objects).toContain(String(digest).slice(7));
  }, 120_000);
});

describe('what is refused changes nothing', () => {
  const damages: [string, (path: string) => Promise<void>][] = [
    [
      'a byte in its middle changed',
      async (path) => {
        const bytes = await readFile(path);
        bytes[bytes.length >> 1]! ^= 1;
        await writeFile(path, bytes);
      },
    ],
    ['its end cut off', async (path) => truncate(path, ((await stat(path)).size * 0.6) | 0)],
    [
      'a row changed and packed again',
      async (path) => {
        const text = gunzipSync(await readFile(path)).toString('latin1');
        const changed = text.replace('"score": 0.852459', '"score": 0.952459');
        expect(changed).not.toBe(text);
        await writeFile(path, gzipSync(Buffer.from(changed, 'latin1')));
      },
    ],
    [
      'an object changed and packed again',
      async (path) => {
        const text = gunzipSync(await readFile(path)).toString('latin1');
        const changed = text.replace('row,mote_id,label', 'row,mote_id,babel');
        expect(changed).not.toBe(text);
        await writeFile(path, gzipSync(Buffer.from(changed, 'latin1')));
      },
    ],
  ];

  it.each(damages)('with %s', async (name, damage) => {
    const damaged = placed(`${name.replaceAll(' ', '-')}.tar.gz`);
    await writeFile(damaged, await readFile(file));
    await damage(damaged);
    const target = placed(`target-${name.replaceAll(' ', '-')}`);
    const argv = ['--from', damaged, '--data', target];
    await expect(runRestore(argv)).rejects.toMatchObject({ code: 'kernel.backup_damaged' });
    const left = (await readdir(place)).filter((each) => each.startsWith(basename(target)));
    expect(left).toEqual([]);
    if (!postgresUrl) return;
    const url = await emptyDatabase();
    await expect(runRestore([...argv, '--database-url', url])).rejects.toThrow('is damaged');
    expect(await tablesIn(url)).toEqual([]);
  });

  it('and says so to whoever restores, without a stack', async () => {
    const damaged = placed('damaged.tar.gz');
    await writeFile(damaged, (await readFile(file)).subarray(0, -1000));
    const argv = ['restore', '--from', damaged, '--data', placed('damaged')];
    const { code, out, err } = await runTouyan(argv);
    expect(err).toMatch(/is damaged or was cut short .*Nothing was changed/);
    expect(err).not.toContain('    at ');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  }, 120_000);

  it('into a folder or a database that holds something', async () => {
    const argv = ['--from', file, '--data'];
    const folderRefused = runRestore([...argv, dirname(file)]);
    await expect(folderRefused).rejects.toMatchObject({ code: 'apps.folder_in_use' });
    expect(existsSync(file)).toBe(true);
    if (!postgresUrl) return;
    const url = await emptyDatabase();
    await queryStored({ folder: '', databaseUrl: url }, ['create table somebodys (n int)']);
    const refused = runRestore([...argv, placed('second'), '--database-url', url]);
    await expect(refused).rejects.toMatchObject({ code: 'apps.database_in_use' });
    expect(await tablesIn(url)).toEqual(['somebodys']);
    expect((await readdir(place)).filter((each) => each.startsWith('second'))).toEqual([]);
  }, 120_000);

  it('where there is no platform, or no backup', async () => {
    const none = placed('none');
    const written = runBackup(['--data', none, '--to', placed('y')]);
    await expect(written).rejects.toMatchObject({ code: 'apps.no_platform' });
    const read = runRestore(['--from', none, '--data', placed('z')]);
    await expect(read).rejects.toThrow('no such file');
    expect(existsSync(none)).toBe(false);
  });
});

async function tablesIn(url: string): Promise<unknown[]> {
  const statement = `select tablename from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`;
  const [rows = []] = await queryStored({ folder: '', databaseUrl: url }, [statement]);
  return rows.map(({ tablename }) => tablename);
}

describe('touyan upgrade', () => {
  it('backs an older folder up, applies what is new, and search finds what was there', async () => {
    const older = await copyOf(run.folder);
    // As the version before the catalogue left it, its entries included.
    const before = await readFile(
      new URL('../../src/modules/discovery/migrations/0001-entries.sql', import.meta.url),
      'utf8',
    );
    await queryStored({ folder: older }, [
      'drop function discovery_matches, discovery_best',
      'drop table discovery_entries, discovery_kinds, discovery_uses cascade',
      before,
      `delete from kernel_migrations where name like 'discovery/%' and name > 'discovery/0002'`,
    ]);
    const { code, out, err } = await runTouyan(['upgrade', '--data', older]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^backed up to .*before-upgrade-/);
    expect(out).toContain('\napplied discovery/0002-catalogue\napplied discovery/0003-measured\n');
    const again = await runTouyan(['upgrade', '--data', older]);
    expect(again.out).toContain('everything is up to date');
    const backups = await readdir(join(older, 'backups'));
    expect(backups).toHaveLength(2);
    const first = await manifestOf(join(older, 'backups', backups.sort()[0]!));
    expect(first.migrations).toContain('discovery/0001-entries');
    expect(first.migrations).not.toContain('discovery/0002-catalogue');

    const booted = await boot({ folder: older });
    try {
      const { client } = await booted.as('auditor');
      await expect
        .poll(async () => (await client.discovery.search({ q: '传感' })).total, { timeout: 30_000 })
        .toBeGreaterThan(0);
      const { size, rootHash } = run.result.ledger;
      expect(rootOf(await readEntries(booted.address, size))).toBe(rootHash);
    } finally {
      await booted.stop();
      await rm(dirname(older), { recursive: true, force: true });
    }
  }, 180_000);
});
