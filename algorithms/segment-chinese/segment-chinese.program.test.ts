import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BuiltAlgorithm, openBuilt } from '../testing.ts';

/** The program cuts its suite as well as its card says, and its places are those of the text. */

let program: BuiltAlgorithm<'token-classification'>;
beforeAll(async () => {
  program = await openBuilt('segment-chinese', 'token-classification');
});

const ask = async (text: string, parameters = {}) => {
  const [answer] = await program.call({ texts: [text], parameters });
  return answer ?? { tokens: [], keywords: [] };
};

/** Places of words that follow each other in a text. */
function placesOf(text: string, words: readonly string[]): Set<string> {
  let at = 0;
  return new Set(
    words.map((word) => {
      const start = text.indexOf(word, at);
      at = start + word.length;
      return `${start}-${at}`;
    }),
  );
}

describe('the suite', () => {
  it('is cut with an F1 of words of 0.90 at least', async () => {
    let [hits, found, wanted] = [0, 0, 0];
    for (const { text, expected } of program.cases) {
      if (typeof text !== 'string') throw new Error('a case has a text');
      const { words } = expected as { words: string[] };
      const places = placesOf(text, words);
      const { tokens } = await ask(text);
      hits += tokens.filter(({ start, end }) => places.has(`${start}-${end}`)).length;
      found += tokens.length;
      wanted += places.size;
    }
    expect((2 * hits) / (found + wanted)).toBeGreaterThan(0.9);
  });
});

describe('an answer', () => {
  it('names places in UTF-16 units, whatever the text', async () => {
    const parts = fc.constantFrom('上海', '𠮷', 'GPU-4', ' ', '\n', '\u0000', '12:30', 'é', '，');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(parts, fc.string({ unit: 'binary' })), { maxLength: 12 }),
        async (pieces) => {
          const text = pieces.join('');
          const { tokens } = await ask(text);
          const joined = tokens.map(({ start, end }) => text.slice(start, end));
          expect(joined).toEqual(tokens.map(({ word }) => word));
          expect(joined.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps dates, amounts and addresses whole, and says what words are', async () => {
    const { tokens } = await ask(
      '2026-11-24在浦东新区花了8,999.50元，见 https://example.com/a?b=1',
    );
    const groups = new Map(tokens.map(({ word, entity_group }) => [word, entity_group]));
    expect(groups.get('2026-11-24')).toBe('m');
    expect(groups.get('8,999.50')).toBe('m');
    expect(groups.get('浦东新区')).toBe('ns');
    expect(groups.get('https://example.com/a?b=1')).toBe('eng');
  });

  it('has the words that weigh most, as many as asked for', async () => {
    const text =
      '小区电梯经常停运，老人被困电梯。电梯年久失修，维保单位不来检修。业主要求更换电梯。';
    const { keywords } = await ask(text, { keywordsMax: 3 });
    expect(keywords).toHaveLength(3);
    expect(keywords[0]).toEqual({ word: '电梯', score: 1 });
    expect((await ask(text, { keywordsMax: 0 })).keywords).toEqual([]);
  });

  it('is a refusal where the parameters or the amount are wrong', async () => {
    await expect(ask('字', { keywordsMax: 'many' })).rejects.toMatchObject({ name: 'InputError' });
    const long = '长'.repeat(20_000);
    await expect(program.call({ texts: Array(21).fill(long) })).rejects.toThrow(/400000/);
  });
});
