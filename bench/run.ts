/**
 * `npm run bench [name…]`: runs each bench file and prints its figures. A figure is one line of JSON
 * `{figure, value, unit, limit, passed}`; ratios are taken against a peer in the same run, since machines
 * are noisy. Exits with 1 if a figure is past its limit.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { startPostgres } from '../tools/engines/postgres.ts';

type Figure = { figure: string; value: number; unit: string; limit: number; passed: boolean };

const folder = new URL('.', import.meta.url);
const asked = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .filter((file) => asked.length === 0 || asked.includes(file.replace('.ts', '')));

const postgres = await startPostgres();
const environment = { ...process.env, ...(postgres ? { DATABASE_URL_TEST: postgres.url } : {}) };
const figures: Figure[] = [];
for (const file of files) {
  console.log(`\n${file}`);
  // With the young generation of the server: src/apps/cli.ts.
  const argv = ['--max-semi-space-size=4', new URL(file, folder).pathname];
  const { stdout, status } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
  });
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const figure: Figure = JSON.parse(line);
    figures.push(figure);
    const mark = figure.passed ? 'ok  ' : 'PAST';
    console.log(
      `  ${mark} ${figure.figure}: ${figure.value} ${figure.unit} (limit ${figure.limit})`,
    );
  }
  if (status !== 0) {
    console.log(`  FAILED with status ${status}`);
    process.exitCode = 1;
  }
}
postgres?.stop();
const past = figures.filter(({ passed }) => !passed);
console.log(`\n${figures.length - past.length} of ${figures.length} figures within their limits`);
if (past.length > 0) process.exitCode = 1;
