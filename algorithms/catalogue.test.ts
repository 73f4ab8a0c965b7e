import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCases, readSuiteFile } from '../src/modules/assurance/measurements/suite-file.ts';
import { readCard } from '../src/modules/hub/card.ts';
import { servedTasks } from '../src/modules/serving/tasks/task-shapes.ts';
import { algorithms } from './catalogue.ts';

/** What ships can be published: its card, its task and its suite are such as the platform takes them. */

const house = import.meta.dirname;
const limits = { casesMax: 10_000, caseBytesMax: 10 * 1024 ** 2 };

it('lists every folder that has a task', () => {
  const folders = readdirSync(house).filter((name) => existsSync(join(house, name, 'task.json')));
  expect(algorithms.map(({ name }) => name).sort()).toEqual(folders.sort());
});

describe.each(algorithms)('$name', ({ name, models, title, summary }) => {
  const folder = join(house, name);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const { task, entry } = JSON.parse(read('task.json'));

  it('has a card without problems, in two languages, which says task, licence and origin', () => {
    const { card, problems, warnings } = readCard('README.md', read('README.md'));
    expect([problems, warnings]).toEqual([[], []]);
    expect(card.metadata).toMatchObject({ task, license: expect.stringMatching(/^[a-z0-9.-]+$/) });
    expect(card.text).toMatch(/^# \P{ASCII}+/mu);
    expect(card.text).toMatch(/^# [ -~]+$/m);
    expect(card.text).toMatch(/^## (?:Origin|来源.*)$/m);
    expect([title.zh, title.en, summary.zh, summary.en].every((text) => text !== '')).toBe(true);
  });

  it('has a suite that the platform measures with, and samples to try', () => {
    const suite = readSuiteFile(read('suite/suite.json'));
    expect(suite.task).toBe(task);
    const paths = globSync('**/*', { cwd: join(folder, 'suite') });
    const files = paths.map((path) => {
      return { path, digest: '', sizeBytes: statSync(join(folder, 'suite', path)).size };
    });
    const { items } = readCases(suite, read(`suite/${suite.cases}`), files, limits);
    expect(items.length).toBeGreaterThan(3);
    const samples = readdirSync(join(folder, 'samples'));
    expect(samples.length).toBeGreaterThanOrEqual(1);
    expect(samples.length).toBeLessThanOrEqual(3);
  });

  it('names a task that is served, and the program that the build makes', () => {
    expect(servedTasks).toContain(task);
    expect(entry).toBe('main.mjs');
  });

  it('takes its models from packages that are there', () => {
    const missing = models.filter(
      ({ from }) => !existsSync(join(house, '..', 'node_modules', from)),
    );
    expect(missing).toEqual([]);
  });
});
