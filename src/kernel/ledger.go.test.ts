import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base64Encode } from '#verify/bytes.ts';
import type { Database } from './db.ts';
import type { Ledger } from './ledger.ts';
import { testDatabases } from './testing.ts';
import { testLedgerHouse } from './testing-ledger.ts';

// Our log, read by golang.org/x/mod/sumdb: a verifier that was made elsewhere and knows nothing of
// ours.

const go = findGo();
const source = fileURLToPath(new URL('../../tools/go', import.meta.url));
if (go === null) console.warn('LEFT OUT: no Go here, so no foreign verifier has read the ledger.');

describe.skipIf(go === null)('the ledger before Go', () => {
  let db: Database;
  let house: Awaited<ReturnType<typeof testLedgerHouse>>;
  let folder: string;
  let program: string;
  let key: string;
  let offline = false;

  beforeAll(async () => {
    const [lite] = testDatabases();
    if (lite === undefined) throw new Error('no database');
    db = await lite.open();
    house = await testLedgerHouse(db);
    const ledger = await house.open();
    key = ledger.vkey;
    folder = await mkdtemp(join(tmpdir(), 'touyan-go-'));
    program = join(folder, 'ledgercheck');
    const built = spawnSync(go ?? '', ['build', '-o', program, '.'], {
      cwd: source,
      encoding: 'utf8',
    });
    // Go fetches golang.org/x/mod at its first build.
    offline = /dial tcp|no such host|proxyconnect/.test(built.stderr);
    if (offline) console.warn(`LEFT OUT: Go cannot fetch its modules: ${built.stderr}`);
    else expect(built).toMatchObject({ status: 0, stderr: expect.not.stringContaining('error') });
    await house.recordAll(300);
    await ledger.integrate();
    const older = await ledger.checkpoint();
    const olderSize = await ledger.size();
    await writeFile(join(folder, 'older'), older);
    await house.recordAll(700);
    const fact = await house.record(1);
    await ledger.integrate();
    await writeLog(ledger, join(folder, 'log'));
    const size = await ledger.size();
    const proof = await ledger.proof(fact.id);
    const last =
      (await ledger.entries(Math.floor(proof.index / 256), (proof.index % 256) + 1)) ?? [];
    const handedOut = {
      inclusion: [
        {
          index: proof.index,
          entry: base64Encode(Uint8Array.from(last).slice(-32)),
          hashes: proof.hashes.map(base64Encode),
        },
      ],
      consistency: {
        older,
        hashes: (await ledger.consistency(olderSize, size)).map(base64Encode),
      },
    };
    await writeFile(join(folder, 'proofs'), JSON.stringify(handedOut));
  }, 120_000);
  afterAll(async () => {
    await db.close();
    await house.close();
    await rm(folder, { recursive: true, force: true });
  });

  const check = (...words: string[]) =>
    spawnSync(program, ['-key', key, ...words], { cwd: folder, encoding: 'utf8' });

  test('signature, tiles, inclusion and consistency hold, our own proofs too', (context) => {
    context.skip(offline);
    const outcome = check('-log', 'log', '-older', 'older', '-proofs', 'proofs');
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout).toBe('1001 entries hold\n');
  });

  test('a changed byte in tile, entry, checkpoint or proof does not', async (context) => {
    context.skip(offline);
    const files = [
      'log/tile/0/002',
      'log/tile/1/000.p/3',
      'log/tile/entries/001',
      'log/checkpoint',
      'proofs',
      'older',
    ];
    for (const file of files) {
      const whole = await readFile(join(folder, file));
      const changed = Buffer.from(whole);
      // In text files this hits a letter of the signed part, or of a hash.
      const place = file === 'proofs' ? changed.indexOf('"hashes":["') + 20 : 25;
      changed[place] = (changed[place] ?? 0) ^ 1;
      await writeFile(join(folder, file), changed);
      expect(check('-log', 'log', '-older', 'older', '-proofs', 'proofs').status, file).toBe(1);
      await writeFile(join(folder, file), whole);
    }
  });
});

/** Lays the log out as files, each tile and bundle at its path in tlog-tiles. */
async function writeLog(ledger: Ledger, folder: string): Promise<void> {
  const size = await ledger.size();
  const write = async (path: string, bytes: Uint8Array | string | null) => {
    if (bytes === null) throw new Error(`the log has no ${path}`);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  };
  await write('checkpoint', await ledger.checkpoint());
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / 256)) {
    for (let index = 0; index * 256 < count; index += 1) {
      const width = Math.min(256, count - index * 256);
      const name = `${String(index).padStart(3, '0')}${width < 256 ? `.p/${width}` : ''}`;
      await write(`tile/${level}/${name}`, await ledger.tile(level, index, width));
      if (level === 0) await write(`tile/entries/${name}`, await ledger.entries(index, width));
    }
  }
}

function findGo(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/go/bin'];
  return folders.map((each) => join(each, 'go')).find((file) => existsSync(file)) ?? null;
}
