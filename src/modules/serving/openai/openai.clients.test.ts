import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import { taskFiles } from '../tasks/testing-tasks.ts';
import { vendor } from '../testing.ts';
import { type OpenaiHouse, openOpenaiHouse } from './testing-openai.ts';
import { hang } from './testing-upstream.ts';

/** OpenAI's own clients, installed from npm and PyPI and unmodified, against our doors. */

const script = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

const npm = install('openai@7.57.0', () => [
  ['npm', 'init', '--yes'],
  ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', 'openai@7.57.0'],
]);
const python = install('openai==3.54.0', (folder) => [
  ['python3', '-m', 'venv', '--clear', folder],
  [join(folder, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', 'openai==3.54.0'],
]);

/** A folder that later runs find again; null, said on the console, where it cannot be filled. */
function install(name: string, steps: (folder: string) => readonly string[][]): string | null {
  const base = existsSync(homedir()) ? join(homedir(), '.cache') : tmpdir();
  const folder = join(base, `touyan-test-${name.replace(/[^\w.]+/g, '-')}`);
  const mark = join(folder, 'ready');
  if (existsSync(mark)) return folder;
  mkdirSync(folder, { recursive: true });
  const failed = steps(folder).find(
    ([command = '', ...argv]) =>
      spawnSync(command, argv, { cwd: folder, stdio: 'ignore' }).status !== 0,
  );
  if (failed) {
    console.warn(`LEFT OUT: ${name} cannot be installed here: it has not asked our models.`);
    return null;
  }
  writeFileSync(mark, '');
  return folder;
}

let db: Database;
let house: OpenaiHouse;
let models: string[];
beforeAll(async () => {
  db = openDatabase({ engine: 'pglite', folder: null });
  house = await openOpenaiHouse(db, {
    isolation: 'bubblewrap',
    behave: { waits: (response) => hang(response) },
  });
  const call = `async ({ texts }) => ({
    embeddings: texts.map((text) => [text.length, 0.5]),
    tokens: texts.length,
  })`;
  const { repositoryId } = await house.repository(taskFiles('feature-extraction', call));
  const embedder = await house.serving.handlers.createTrial(
    { repositoryId, path: 'task.json', batchMax: 1, delayMs: 0 },
    vendor,
  );
  const [chat, waiting] = [
    await house.remote({ model: 'counted' }),
    await house.remote({ model: 'waits' }),
  ];
  models = [embedder, chat, waiting].map(({ trialId }) => trialId);
});
afterAll(async () => {
  await house?.stop();
  await db?.close();
});

async function understands(command: string, argv: string[]) {
  const before = await Promise.all(models.map((id) => house.tokens(id)));
  const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
  }
  const [status] = await once(child, 'close');
  expect(status, said).toBe(0);
  expect(said.trim().split('\n').at(-1)).toBe('understood');
  // Three calls of the model that answers; the stream that was left counts what was given.
  const [embedded, answered] = await Promise.all(models.map((id) => house.tokens(id)));
  expect((answered?.calls ?? 0) - (before[1]?.calls ?? 0)).toBe(3);
  expect((answered?.tokensOut ?? 0) - (before[1]?.tokensOut ?? 0)).toBe(120);
  expect((embedded?.calls ?? 0) - (before[0]?.calls ?? 0)).toBeGreaterThan(0);
  await expect
    .poll(async () => (await house.tokens(models[2] ?? '')).tokensOut - (before[2]?.tokensOut ?? 0))
    .toBe(3);
}

it.skipIf(npm === null)(
  'openai for JavaScript understands every answer',
  async () => {
    const argv = [script('openai-client.mjs'), npm ?? '', house.address, ...models];
    await understands(process.execPath, argv);
  },
  60_000,
);

it.skipIf(python === null)(
  'openai for Python understands every answer',
  async () => {
    const argv = [script('openai-client.py'), house.address, ...models];
    await understands(join(python ?? '', 'bin', 'python'), argv);
  },
  60_000,
);
