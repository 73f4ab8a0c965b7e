import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildVerifier } from './build.ts';
import { testCertificate, testTrust } from './testing.ts';

// The built script, alone in an empty folder, run as a stranger would run it.

let folder: string;
let script: string;
const trust = await testTrust();
const keys = ['--log-key', trust.logKey, ...trust.witnessKeys.flatMap((k) => ['--witness-key', k])];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touyan-verify-'));
  script = (await buildVerifier(folder)).script;
  const certificate = JSON.stringify(await testCertificate());
  await writeFile(join(folder, 'good.json'), certificate);
  await writeFile(join(folder, 'bad.json'), certificate.replace('"score":0.66', '"score":0.76'));
  const policy = `log ${trust.logKey}\nwitness w ${trust.witnessKeys[0]}\nquorum w\n`;
  await writeFile(join(folder, 'policy'), policy);
});
afterAll(() => rm(folder, { recursive: true }));

function run(...words: string[]): Promise<{ code: unknown; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...words], { cwd: folder }, (error, out, err) => {
      resolve({ code: error?.code ?? 0, out, err });
    });
  });
}

test('imports nothing but what Node brings', async () => {
  const code = await readFile(script, 'utf8');
  const imported = [...code.matchAll(/\bfrom ?"([^"]+)"/g)].map(([, name = '']) => name);
  for (const name of imported) expect(builtinModules).toContain(name.replace('node:', ''));
});

test('exit status and words for what holds, what fails and what cannot be asked', async () => {
  const good = await run('good.json', ...keys);
  expect(good).toMatchObject({ code: 0, err: '' });
  expect(good.out).toContain('✓ /score = 0.666667  recomputed');
  const bad = await run('bad.json', ...keys, '--lang', 'zh');
  expect(bad).toMatchObject({ code: 1, err: '' });
  expect(bad.out).toContain('核验未通过');
  const report = await run('bad.json', ...keys, '--json');
  expect(JSON.parse(report.out)).toMatchObject({ ok: false, claims: [{ level: 'failed' }, {}] });
  expect(await run('good.json', '--policy', 'policy')).toMatchObject({ code: 0 });
  for (const words of [
    [],
    ['good.json'],
    ['good.json', '--log-key', 'nonsense'],
    ['absent.json', ...keys],
    ['good.json', ...keys, '--policy', 'policy'],
    ['good.json', 'bad.json', ...keys],
    ['good.json', '--colour', 'red'],
  ]) {
    const usage = await run(...words);
    expect(usage).toMatchObject({ code: 2, out: '' });
    expect(usage.err).not.toContain('    at ');
  }
  expect(await run('--help')).toMatchObject({ code: 0, err: '' });
});
