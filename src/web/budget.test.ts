import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { barredFromHome, budgets, type Load } from './budget.ts';

/**
 * Every address loads no more script than its budget, and the home page none of the heavy parts.
 */
let loads: Load[] = [];

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['src/web/budget.ts'], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  loads = JSON.parse(stdout);
});

describe('script budgets', () => {
  test.each(Object.keys(budgets))('%s stays within its budget', (path) => {
    const load = loads.find((one) => one.path === path);
    expect(load?.kilobytes).toBeGreaterThan(0);
    expect(load?.kilobytes).toBeLessThanOrEqual(load?.kilobytesMax ?? 0);
  });

  test('the home page may never need 250 KB', () => {
    expect(budgets['/']?.kilobytesMax).toBeLessThan(250);
  });

  test('the home page loads none of the heavy parts', () => {
    const home = loads.find(({ path }) => path === '/');
    expect(home?.packages).toContain('react-dom');
    expect(home?.packages.filter((name) => barredFromHome.some((bar) => bar === name))).toEqual([]);
  });
});
