import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, type Workbench } from '../src/modules/compute/testing-isolation.ts';
import { read } from './house.ts';

/** The programs in docs/writing-a-program.md are programs: each runs as it stands, with equal answers. */

const blocks = [...read('docs/writing-a-program.md').matchAll(/```(js|python)\n([\s\S]*?)```/g)];
const program = (language: string, place: number) =>
  blocks.filter(([, name]) => name === language)[place]?.[2] ?? '';
const rows = [{ humidity: 1 }, { humidity: null }, { humidity: 10 }, { humidity: 11 }];
const answers = [0, 0, 9, 1].map((score) => ({ flag: score > 5 ? 1 : 0, score }));

describe.each(['bubblewrap', 'webassembly'] as const)('in %s', (engine) => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await openWorkbench(engine);
  });
  afterAll(() => bench.close());

  it('the one in JavaScript answers rows', async () => {
    const run = await bench.rows(program('js', 0), rows);
    expect(run).toMatchObject({ reason: 'completed', predictions: answers });
  });

  it('the one in Python gives the same answers', async ({ skip }) => {
    skip(!bench.environments.some(({ name }) => name === 'python'));
    const run = await bench.rows(program('python', 0), rows, { environment: 'python' });
    expect(run).toMatchObject({ reason: 'completed', predictions: answers });
  });

  it('the batch program reads inputs and writes its output', async () => {
    const inputs = { predictions: 'row,flag,score\n1,0,0.5\n' };
    const run = await bench.batch(program('js', 1), { inputs, outputs: { 'scores.json': 1000 } });
    expect(run).toMatchObject({ reason: 'completed', texts: { 'scores.json': '{"score":1}' } });
  });
});
