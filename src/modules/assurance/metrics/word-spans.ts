import * as z from 'zod';
import { defineMetric, precisionRecall, type Sum, type Weights } from './metric.ts';

/**
 * F1 of words as the bakeoffs of SIGHAN count it (Emerson 2005, https://aclanthology.org/I05-3017/): a word is right where it begins and
 * ends as an expected one does, over all texts together. White space is in no word.
 */

const expected = z.strictObject({
  words: z.array(z.string().min(1).max(1_000)).min(1).max(20_000),
});
const answer = z.tuple([
  z.object({
    tokens: z.array(z.object({ start: z.number().int().min(0), end: z.number().int().min(0) })),
  }),
]);
const tally = z.object({ hits: z.number(), found: z.number(), truths: z.number() });
type Tally = z.output<typeof tally>;

const bare = (text: string) => text.replace(/\s+/gu, '');

export const wordSpans = defineMetric({
  name: 'word_f1/1',
  better: 'higher',
  ...{ expected, answer, tally, sum },
  problem({ words }, [text = '']) {
    return words.map(bare).join('') === bare(text) ? null : 'words: together they are not the text';
  },
  judge({ words }, [{ tokens }], [text = '']): Tally {
    const places = placesWithoutSpace(text);
    const found = new Set<string>();
    for (const { start, end } of tokens) {
      const from = places[Math.min(start, text.length)] ?? 0;
      const to = places[Math.min(end, text.length)] ?? 0;
      if (to > from) found.add(`${from} ${to}`);
    }
    let at = 0;
    let hits = 0;
    for (const word of words) {
      const next = at + bare(word).length;
      if (found.has(`${at} ${next}`)) hits += 1;
      at = next;
    }
    return { hits, found: found.size, truths: words.length };
  },
  miss: ({ words }): Tally => ({ hits: 0, found: 0, truths: words.length }),
  caseScore: (one) => precisionRecall(one).f1,
});

/** For every place of a text, how many characters (UTF-16 units) that are no white space stand before it. */
function placesWithoutSpace(text: string): Uint32Array {
  const places = new Uint32Array(text.length + 1);
  for (let place = 0; place < text.length; place += 1) {
    places[place + 1] = (places[place] ?? 0) + (/\s/u.test(text[place] ?? '') ? 0 : 1);
  }
  return places;
}

function sum(tallies: readonly Tally[]): Sum {
  const rates = (weights?: Weights) => {
    const counts = { hits: 0, found: 0, truths: 0 };
    for (const [place, one] of tallies.entries()) {
      const weight = weights ? (weights[place] ?? 0) : 1;
      counts.hits += one.hits * weight;
      counts.found += one.found * weight;
      counts.truths += one.truths * weight;
    }
    return { ...precisionRecall(counts), words: counts.truths };
  };
  return { score: (weights) => rates(weights).f1, figures: rates() };
}
