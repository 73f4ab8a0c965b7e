import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { scoreEvents } from '#verify/event-f1.ts';
import { bootstrapInterval, pairedDifference } from '#verify/event-f1-bootstrap.ts';
import { prepareSpans } from './prepare.ts';
import { type ProgramOptions, runProgram } from './run-program.ts';
import { bootstrapOptions, preparationSeed, scoreOptions } from './settings.ts';

const folder = import.meta.dirname;
const recording = readFileSync(`${folder}/data/multi-hop.csv`, 'utf8');
const prepared = prepareSpans(recording, preparationSeed);
const names = readdirSync(`${folder}/programs`).sort();
const working = names.filter((name) => name !== 'reads-the-future');
const python = spawnSync('python3', ['--version']).status === 0;
const runnable = working.filter((name) => python || name !== 'kalman-python');

const runs = new Map<string, Promise<string>>();
/** Predictions of a program with its own defaults; each is run once for all tests. */
function predict(name: string, span: 'public' | 'hidden' | 'live'): Promise<string> {
  const key = `${name}/${span}`;
  const run = runs.get(key) ?? runProgram(`${folder}/programs/${name}`, prepared[span].features);
  runs.set(key, run);
  return run;
}
const score = async (name: string, span: 'public' | 'hidden' | 'live') =>
  scoreEvents(await predict(name, span), prepared[span].labels, scoreOptions);

const words = z.object({ zh: z.string().regex(/\p{Script=Han}/u), en: z.string().min(3) });
const card = z.object({
  license: z.literal('apache-2.0'),
  title: words,
  summary: words,
  task: z.literal('anomaly-detection'),
  tags: z.array(z.string()),
  runtime: z.enum(['javascript', 'python']),
  entry: z.enum(['main.mjs', 'main.py']),
  method: z.string(),
  options: z.record(
    z.string(),
    words.extend({
      default: z.number(),
      min: z.number(),
      max: z.number(),
      step: z.number(),
      unit: z.string(),
    }),
  ),
  'model-index': z
    .tuple([
      z.object({
        results: z.tuple([z.object({ metrics: z.tuple([z.object({ value: z.number() })]) })]),
      }),
    ])
    .optional(),
});
const cardOf = (name: string) => {
  const text = readFileSync(`${folder}/programs/${name}/card.md`, 'utf8');
  return card.parse(parse(text.split('---\n')[1] ?? ''));
};

describe.each(runnable)('%s', (name) => {
  it('answers every row with a flag and a finite score', async () => {
    for (const span of ['public', 'hidden', 'live'] as const) {
      await expect(score(name, span)).resolves.toBeDefined();
    }
  });

  it('gives what the README and its card say', async () => {
    const [open, hidden, live] = await Promise.all([
      score(name, 'public'),
      score(name, 'hidden'),
      score(name, 'live'),
    ]);
    const { low, high } = bootstrapInterval(
      await predict(name, 'hidden'),
      prepared.hidden.labels,
      scoreOptions,
      bootstrapOptions,
    );
    const digits = (value: number) => value.toFixed(3);
    const interval = `${digits(low)} to ${digits(high)}`;
    const cells = [open, hidden, live].map((one) => digits(one.score));
    const row = `| ${name} | ${cells[0]} | ${cells[1]} | ${interval} | ${cells[2]} |`;
    expect(readFileSync(`${folder}/README.md`, 'utf8')).toContain(row);
    expect(cardOf(name)['model-index']?.[0].results[0].metrics[0].value).toBe(open.score);
  });

  it('has the defaults that its card states, and heeds its threshold', async () => {
    const { options } = cardOf(name);
    const defaults: ProgramOptions = Object.fromEntries(
      Object.entries(options).map(([option, { default: value }]) => [option, value]),
    );
    const run = (by: ProgramOptions) =>
      runProgram(`${folder}/programs/${name}`, prepared.live.features, by);
    expect(await run(defaults)).toBe(await predict(name, 'live'));
    const threshold = options.threshold?.max ?? Number.NaN;
    expect(await run({ threshold })).not.toBe(await predict(name, 'live'));
  });

  it('does not look ahead: the first rows alone give the same answers', async () => {
    const rows = 1 + 4 * 700;
    const head = (text: string) => text.split('\n').slice(0, rows).join('\n');
    const features = `${head(prepared.hidden.features)}\n`;
    const alone = await runProgram(`${folder}/programs/${name}`, features);
    expect(alone.trimEnd()).toBe(head(await predict(name, 'hidden')));
  });
});

describe('the programs', () => {
  it('need nothing around them, so that they run in any isolation and in a browser', () => {
    for (const name of names) {
      const file = `${folder}/programs/${name}/main.mjs`;
      expect(existsSync(file)).toBe(cardOf(name).runtime === 'javascript');
      expect(existsSync(`${folder}/programs/${name}/${cardOf(name).entry}`)).toBe(true);
      if (!existsSync(file)) continue;
      const text = readFileSync(file, 'utf8');
      expect(text).not.toMatch(/^import |\bimport\(|\brequire\(|\bset(Timeout|Interval)\b/m);
      expect(text.match(/^export /gm)).toHaveLength(1);
      if (name !== 'reads-the-future') expect(text).not.toMatch(/globalThis|process|fetch|Date/);
    }
  });

  it('differ, and the hidden span ranks them nearly as the public one does', async () => {
    const scores = await Promise.all(
      runnable.map(async (name) => ({
        open: (await score(name, 'public')).score,
        hidden: (await score(name, 'hidden')).score,
      })),
    );
    expect(new Set(scores.map(({ open }) => open)).size).toBe(scores.length);
    expect(Math.max(...scores.map(({ hidden }) => hidden))).toBeLessThan(0.92);
    expect(Math.min(...scores.map(({ hidden }) => hidden))).toBeGreaterThan(0.2);
    for (const { open, hidden } of scores) {
      expect(Math.abs(open - hidden)).toBeGreaterThan(0);
      expect(Math.abs(open - hidden)).toBeLessThan(0.12);
    }
  });

  it('leave some differences to chance and not others', async () => {
    const compare = async (first: string, second: string) =>
      pairedDifference(
        await predict(first, 'hidden'),
        await predict(second, 'hidden'),
        prepared.hidden.labels,
        scoreOptions,
        bootstrapOptions,
      ).distinguishable;
    expect(await compare('hampel-rate-limits', 'ewma')).toBe(true);
    expect(await compare('cusum', 'robust-z-score')).toBe(false);
    if (python) expect(await compare('kalman-python', 'neighbour-correlation')).toBe(false);
  });

  it('stand against what flagging without looking earns', () => {
    const blind = (span: 'public' | 'hidden') => {
      const rows = prepared[span].labels.trimEnd().split('\n').slice(1);
      const flag = (index: number) => (Math.floor(index / 4) % 19 === 0 ? 1 : 0);
      const predictions = rows.map((_, index) => `${index + 1},${flag(index)},0`);
      const text = `row,flag,score\n${predictions.join('\n')}`;
      return scoreEvents(text, prepared[span].labels, scoreOptions).score.toFixed(3);
    };
    expect([blind('public'), blind('hidden')]).toEqual(['0.334', '0.357']);
  });

  it('include one that fails and says why', async () => {
    const run = runProgram(`${folder}/programs/reads-the-future`, prepared.public.features);
    await expect(run).rejects.toThrow(/the labels cannot be read from this job: /);
  });

  it('gain from one threshold, as the card of the second baseline says', async () => {
    const program = `${folder}/programs/last-value-change`;
    const lower = await runProgram(program, prepared.public.features, { threshold: 0.3 });
    expect(scoreEvents(lower, prepared.public.labels, scoreOptions).score.toFixed(3)).toBe('0.580');
    expect(readFileSync(`${program}/card.md`, 'utf8')).toContain('0.580');
  });
});
