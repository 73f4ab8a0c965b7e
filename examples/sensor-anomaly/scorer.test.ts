import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreEvents } from '#verify/event-f1.ts';
import { bootstrapInterval } from '#verify/event-f1-bootstrap.ts';
import { buildScorer } from './scorer/build.ts';
// @ts-expect-error The built scorer is plain JavaScript.
import main from './scorer/main.mjs';
import { bootstrapOptions, scoreOptions } from './settings.ts';

const text = readFileSync(`${import.meta.dirname}/scorer/main.mjs`, 'utf8');

async function score(inputs: Record<string, string>, options: Record<string, number> = {}) {
  const outputs = new Map<string, string>();
  await main({
    options,
    readText: (name: string) => inputs[name] ?? '',
    write: (name: string, content: string) => outputs.set(name, content),
  });
  return Object.fromEntries([...outputs].map(([name, content]) => [name, JSON.parse(content)]));
}

/** Two motes and up to 60 readings of each, with events and flags at random. */
const files = fc
  .array(fc.record({ flag: fc.boolean(), length: fc.nat(3), quiet: fc.nat(4) }), { maxLength: 30 })
  .map((pieces) => {
    const rows = pieces.flatMap(({ flag, length, quiet }, index) => [
      ...Array.from({ length: quiet }, () => ({ flag: false, label: '0,,' })),
      ...Array.from({ length }, () => ({ flag, label: `1,e${index},drift` })),
      { flag, label: '0,,' },
    ]);
    const half = rows.length / 2;
    const labels = rows.map(({ label }, row) => {
      const mote = row < half ? 'a' : 'b';
      return `${row},${mote},${label.replace(/e\d+/, `$&${mote}`)}`;
    });
    const predictions = rows.map(({ flag }, row) => `${row},${flag ? 1 : 0},${row / 7}`);
    return {
      predictions: ['row,flag,score', ...predictions].join('\n'),
      labels: ['row,mote_id,label,event_id,kind', ...labels].join('\n'),
    };
  });

describe('the scorer', () => {
  it('is built from the sources of the verifier', () => {
    expect(text).toBe(buildScorer());
  });

  it('needs nothing around it', () => {
    expect(text).not.toMatch(/^import |\bimport\(|\brequire\(|\bprocess\b/m);
  });

  it('writes what the verifier computes', async () => {
    const rules = fc.record({ latencyReadings: fc.nat(6), mergeGapReadings: fc.nat(4) });
    await fc.assert(
      fc.asyncProperty(files, rules, fc.nat(1_000), async (inputs, options, seed) => {
        const { predictions, labels } = inputs;
        const draws = { seed, resamples: 40, blockReadings: 7 };
        expect(await score(inputs, { ...options, ...draws })).toEqual({
          'scores.json': {
            ...scoreEvents(predictions, labels, options),
            interval: bootstrapInterval(predictions, labels, options, draws),
          },
        });
      }),
    );
  });

  it('takes the rules of the call where it is told nothing else', async () => {
    const labels = `row,mote_id,label,event_id,kind\n${Array.from({ length: 80 }, (_, row) =>
      row >= 40 && row < 44 ? `${row},1,1,e,spike` : `${row},1,0,,`,
    ).join('\n')}`;
    const predictions = `row,flag,score\n${Array.from(
      { length: 80 },
      (_, row) => `${row},${row === 58 || row === 2 ? 1 : 0},0`,
    ).join('\n')}`;
    const { interval, ...result } = (await score({ predictions, labels }))['scores.json'];
    expect(result).toEqual(scoreEvents(predictions, labels, scoreOptions));
    expect(result).toMatchObject({ eventsFound: 1, falseAlarms: 1 });
    expect(interval).toEqual(
      bootstrapInterval(predictions, labels, scoreOptions, bootstrapOptions),
    );
  });

  it('writes nothing for malformed predictions', async () => {
    const labels = 'row,mote_id,label,event_id,kind\n1,1,0,,';
    await expect(score({ predictions: 'row,flag,score\n1,7,0', labels })).rejects.toThrow(
      'predictions, line 2: flag must be 0 or 1',
    );
  });
});
