import { execFileSync } from 'node:child_process';
import type { Load } from '../src/web/budget.ts';
import { figureAtMost } from '../tools/figure.ts';

/**
 * Scripts that the home page loads, gzip -9, in kilobytes of 1,000 bytes. src/web/budget.test.ts holds every
 * address to a budget of its own; the limit here is the promise.
 */

const output = execFileSync(process.execPath, ['src/web/budget.ts'], {
  cwd: new URL('..', import.meta.url),
  env: { ...process.env, NODE_ENV: 'production' },
  encoding: 'utf8',
});
const loads: Load[] = JSON.parse(output);
const home = loads.find(({ path }) => path === '/');
figureAtMost('web.home_scripts', home?.kilobytes ?? Number.NaN, 'KB', 250);
