/**
 * The whole test run of `npm test`: installs and starts what real-engine tests need, checks the code,
 * builds the portal and the verifier, runs every test, and says at its end what had to be left out.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installSystemPackages } from './engines/apt.ts';
import { startPostgres } from './engines/postgres.ts';

const say = (line: string) => console.log(`\n== ${line}`);
const step = (title: string, command: string, args: string[], environment = process.env) => {
  say(title);
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: environment });
  if (status !== 0) {
    say(`${title}: failed`);
    process.exit(status ?? 1);
  }
};

const leftOut = installSystemPackages(say);
const postgres = await startPostgres();
if (!postgres) leftOut.push('no PostgreSQL server: tests on PostgreSQL left out');
process.once('exit', () => postgres?.stop());

step('types', 'tsc', ['-p', '.']);
step('lint and format', 'biome', ['check', '--error-on-warnings', '.']);
step('unused files, exports and packages', 'knip', ['--no-progress']);
step('portal', 'vite', ['build', '--logLevel', 'warn']);
step('verifier', process.execPath, ['src/verify/build.ts']);
step('packed databases', process.execPath, ['src/apps/build-platform.ts']);

const report = join(mkdtempSync(join(tmpdir(), 'touyan-test-')), 'report.json');
say('tests');
const environment = { ...process.env, ...(postgres ? { DATABASE_URL_TEST: postgres.url } : {}) };
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const { status } = spawnSync('vitest', ['run', ...reporters], {
  stdio: 'inherit',
  env: environment,
});
const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
  readFileSync(report, 'utf8'),
);
for (const sentence of leftOut) say(`LEFT OUT: ${sentence}`);
console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
process.exitCode = status ?? 1;
