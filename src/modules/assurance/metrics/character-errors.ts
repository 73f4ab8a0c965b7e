import * as z from 'zod';
import { defineMetric, once, type Sum, type Weights } from './metric.ts';

/**
 * Character error rate: the least number of characters to insert, leave out or change (Levenshtein 1966) over all texts, through the
 * number of expected characters, as `jiwer.cer` has it (https://jitsi.github.io/jiwer/). Both texts are first
 * brought to NFKC (https://unicode.org/reports/tr15/), so that full and half width are equal, and lose their white space.
 * A picture without any text is a case too: each character that is read in it is one to leave out.
 * Beside it the share of expected lines that stand exactly so, after the same, somewhere in the answer.
 */

/** So that the quadratic work stays under a quarter of a second a case. */
const CHARACTERS_MAX = 4_000;

const expected = z.strictObject({ text: z.string().max(CHARACTERS_MAX) });
const answer = z.object({ text: z.string() });
const tally = z.object({
  edits: z.number(),
  characters: z.number(),
  lines: z.number(),
  linesExact: z.number(),
});
type Tally = z.output<typeof tally>;

export const characterErrors = defineMetric({
  name: 'character_error_rate/1',
  better: 'lower',
  ...{ expected, answer, tally, sum },
  judge: ({ text }, found): Tally => {
    const wanted = plain(text);
    return {
      ...{ edits: editsBetween(wanted, plain(found.text)), characters: wanted.length },
      ...linesOf(text, found.text),
    };
  },
  miss({ text }): Tally {
    const { length } = plain(text);
    return { edits: Math.max(1, length), characters: length, ...linesOf(text, '') };
  },
  caseScore: ({ edits, characters }) => Math.max(0, 1 - edits / Math.max(1, characters)),
});

/** The characters that count. */
const plain = (text: string): string[] => [...text.normalize('NFKC').replace(/\s+/gu, '')];

function linesOf(wanted: string, found: string) {
  const cut = (text: string) =>
    text
      .split('\n')
      .map((line) => plain(line).join(''))
      .filter((line) => line !== '');
  const free = new Map<string, number>();
  for (const line of cut(found)) free.set(line, (free.get(line) ?? 0) + 1);
  const lines = cut(wanted);
  let linesExact = 0;
  for (const line of lines) {
    const left = free.get(line) ?? 0;
    if (left === 0) continue;
    linesExact += 1;
    free.set(line, left - 1);
  }
  return { lines: lines.length, linesExact };
}

/**
 * Levenshtein's distance, in memory of one row. An answer of more than four times the text and a thousand characters counts as
 * all wrong, which is its length: it would bound nothing.
 */
export function editsBetween(wanted: readonly string[], found: readonly string[]): number {
  if (found.length > wanted.length * 4 + 1_000) return found.length;
  let row = Array.from({ length: wanted.length + 1 }, (_, place) => place);
  for (const [line, character] of found.entries()) {
    const next = [line + 1];
    for (let place = 0; place < wanted.length; place += 1) {
      const changed = (row[place] ?? 0) + (wanted[place] === character ? 0 : 1);
      const longer = (row[place + 1] ?? 0) + 1;
      const shorter = (next[place] ?? 0) + 1;
      next.push(Math.min(changed, longer, shorter));
    }
    row = next;
  }
  return row[wanted.length] ?? 0;
}

function sum(tallies: readonly Tally[]): Sum {
  const score = (weights: Weights) => {
    let edits = 0;
    let characters = 0;
    for (const [place, one] of tallies.entries()) {
      edits += one.edits * (weights[place] ?? 0);
      characters += one.characters * (weights[place] ?? 0);
    }
    return edits === 0 ? 0 : edits / Math.max(1, characters);
  };
  const total = (of: (one: Tally) => number) => tallies.reduce((all, one) => all + of(one), 0);
  const lines = total((one) => one.lines);
  return {
    score,
    figures: {
      characterErrorRate: score(once(tallies.length)),
      linesExact: lines === 0 ? 0 : total((one) => one.linesExact) / lines,
      characters: total((one) => one.characters),
    },
  };
}
