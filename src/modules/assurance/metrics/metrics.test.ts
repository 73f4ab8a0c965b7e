import { describe, expect, it } from 'vitest';
import { bootstrapInterval, quantile } from './bootstrap.ts';
import { boxPrecision, overlapOf } from './box-precision.ts';
import { characterErrors, editsBetween } from './character-errors.ts';
import { flagScores, rocArea } from './flag-scores.ts';
import { pictureAccuracy, textAccuracy } from './label-accuracy.ts';
import { type Metric, once } from './metric.ts';
import { rankCorrelation } from './rank-correlation.ts';
import { voiceFrames } from './voice-frames.ts';
import { wordSpans } from './word-spans.ts';

/** Metrics against values that others published or that follow by hand. */

type Given = { expected: object; answer: unknown; texts?: readonly string[] };

/** The score and figures over some cases; a case whose answer is undefined has none. */
function over(metric: Metric, cases: readonly Given[]) {
  const judged = cases.map(({ expected, answer, texts = [] }) => {
    const plain = JSON.parse(JSON.stringify(expected));
    expect(metric.problemOf(plain, texts)).toBeNull();
    return answer === undefined ? metric.miss(plain) : metric.judge(plain, answer, texts)!;
  });
  const sum = metric.sum(judged.map(({ tally }) => JSON.parse(JSON.stringify(tally))));
  return {
    ...{ figures: sum.figures, score: sum.score(once(cases.length)) },
    cases: judged.map(({ score }) => score),
  };
}

describe('accuracy and macro F1', () => {
  it('are those of the examples of scikit-learn', () => {
    // accuracy_score([0,1,2,3], [0,2,1,3]) is 0.5; f1_score of the classic six, macro, is 0.26…
    const of = (truth: number[], found: number[]) =>
      over(
        pictureAccuracy,
        truth.map((one, place) => ({
          expected: { label: `l${one}` },
          answer: [{ label: `l${found[place]}`, score: 1 }],
        })),
      );
    expect(of([0, 1, 2, 3], [0, 2, 1, 3]).score).toBe(0.5);
    const six = of([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]);
    expect(six.figures).toMatchObject({ f1Macro: expect.closeTo(0.26666, 4), labels: 3 });
  });

  it('count a case without an answer as wrong', () => {
    const found = over(textAccuracy, [
      { expected: { label: 'a' }, answer: [[{ label: 'a' }, { label: 'b' }]] },
      { expected: { label: 'a' }, answer: undefined },
    ]);
    expect(found).toMatchObject({ score: 0.5, cases: [1, 0], figures: { labels: 1 } });
    expect(textAccuracy.judge({ label: 'a' }, [[], []], [])).toBeNull();
  });
});

describe('average precision of boxes', () => {
  const box = (xmin: number, ymin = 0) => ({ xmin, ymin, xmax: xmin + 10, ymax: ymin + 10 });
  const face = (xmin: number, score = 1) => ({ label: 'face', score, box: box(xmin) });
  const truth = (...places: number[]) => ({
    boxes: places.map((xmin) => ({ label: 'face', box: box(xmin) })),
  });

  it('is read at 101 recalls, as pycocotools does', () => {
    expect(overlapOf(box(0), box(5))).toBeCloseTo(1 / 3);
    const found = over(boxPrecision, [
      { expected: truth(0, 100), answer: [face(0, 0.9), face(50, 0.8), face(101, 0.7)] },
    ]);
    // Precision 1 up to a recall of 0.5 (51 of the 101 places), then 2/3.
    expect(found.score).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 9);
    expect(found.figures).toMatchObject({ recall: 1, truths: 2, found: 3 });
  });

  it('gives a box to one answer only, and takes the rest for wrong', () => {
    const twice = over(boxPrecision, [
      { expected: truth(0), answer: [face(1, 0.9), face(0, 0.8)] },
      { expected: truth(0), answer: undefined },
    ]);
    expect(twice.figures).toMatchObject({ precision: 0.5, recall: 0.5 });
    expect(twice.score).toBeCloseTo(51 / 101, 9);
    expect(over(boxPrecision, [{ expected: truth(), answer: [] }]).cases).toEqual([1]);
  });
});

describe('the character error rate', () => {
  it('is the distance of Levenshtein through the characters', () => {
    expect(editsBetween([...'kitten'], [...'sitting'])).toBe(3);
    expect(editsBetween([...'flaw'], [...'lawn'])).toBe(2);
    expect(editsBetween([], [...'ab'])).toBe(2);
  });

  it('sums over texts, folds width, drops white space, and counts exact lines', () => {
    const found = over(characterErrors, [
      // jiwer.cer('i can spell', 'i cam spell') without its spaces: one of nine.
      { expected: { text: 'i can spell' }, answer: { text: 'i cam\nspell' } },
      { expected: { text: '出口 Ａ１\n小心台阶' }, answer: { text: '小心台阶\n出口A1' } },
    ]);
    expect(found.figures).toMatchObject({ characters: 17, linesExact: 2 / 3 });
    expect(found.score).toBeCloseTo((1 + 8) / 17);
    expect(over(characterErrors, [{ expected: { text: 'ab' }, answer: undefined }]).score).toBe(1);
    const blank = { expected: { text: '' } };
    expect(over(characterErrors, [{ ...blank, answer: { text: '' } }])).toMatchObject({
      ...{ score: 0, cases: [1] },
    });
    expect(over(characterErrors, [{ ...blank, answer: { text: '1' } }])).toMatchObject({
      ...{ score: 1, cases: [0] },
    });
    expect(over(characterErrors, [{ ...blank, answer: undefined }]).cases).toEqual([0]);
  });
});

describe('voice over frames', () => {
  const expected = { segments: [{ start: 1, end: 3 }], durationSeconds: 10 };

  it('counts frames of 10 ms, and seconds missed and wrongly found', () => {
    const found = over(voiceFrames, [
      { expected, answer: { segments: [{ start: 2, end: 4 }], durationSeconds: 10 } },
    ]);
    expect(found.figures).toMatchObject({
      ...{ f1: 0.5, precision: 0.5, recall: 0.5, voiceSeconds: 2 },
      detectionErrorRate: expect.closeTo(1, 9),
    });
  });

  it('takes a sound without an answer for all wrong', () => {
    const missed = over(voiceFrames, [{ expected, answer: undefined }]);
    expect(missed).toMatchObject({ score: 0, cases: [0] });
    expect(missed.figures.detectionErrorRate).toBeCloseTo(5);
    const silent = { segments: [], durationSeconds: 1 };
    expect(over(voiceFrames, [{ expected: silent, answer: silent }]).cases).toEqual([1]);
  });
});

describe('F1 of words', () => {
  it('is right where a word begins and ends as the expected one', () => {
    const text = '共同 创造美好的新世纪';
    const expected = { words: ['共同', '创造', '美好', '的', '新', '世纪'] };
    const tokens = [
      ...[
        { start: 0, end: 2 },
        { start: 2, end: 3 },
        { start: 3, end: 5 },
      ],
      ...[
        { start: 5, end: 7 },
        { start: 7, end: 8 },
        { start: 8, end: 11 },
      ],
    ];
    const found = over(wordSpans, [{ expected, answer: [{ tokens }], texts: [text] }]);
    // Four of five found words, of six expected.
    expect(found.figures).toMatchObject({ precision: 0.8, recall: 4 / 6, words: 6 });
    expect(found.score).toBeCloseTo(8 / 11);
    expect(wordSpans.problemOf({ words: ['共'] }, [text])).toMatch(/not the text/);
  });
});

describe('rank correlation', () => {
  const pairs = (wanted: number[], found: number[]) =>
    over(
      rankCorrelation,
      wanted.map((similarity, place) => ({
        expected: { similarity },
        answer: {
          embeddings: [
            [1, 0],
            [found[place]!, Math.sqrt(1 - found[place]! ** 2)],
          ],
        },
        texts: ['a', 'b'],
      })),
    );

  it('is that of the example of scipy, and of ties by mean ranks', () => {
    // scipy.stats.spearmanr([1,2,3,4,5], [5,6,7,8,7]): 0.8207826816681233
    expect(pairs([1, 2, 3, 4, 5], [0.5, 0.6, 0.7, 0.8, 0.7]).score).toBeCloseTo(0.8207826816, 9);
    expect(pairs([1, 2, 3], [0.3, 0.2, 0.1]).score).toBeCloseTo(-1);
  });

  it('puts a pair without an answer at the wrong end', () => {
    const answer = (x: number) => ({
      embeddings: [
        [1, 0],
        [x, Math.sqrt(1 - x * x)],
      ],
    });
    const texts = ['a', 'b'];
    const found = over(rankCorrelation, [
      { expected: { similarity: 1 }, answer: answer(0.1), texts },
      { expected: { similarity: 2 }, answer: answer(0.2), texts },
      { expected: { similarity: 3 }, answer: undefined, texts },
    ]);
    expect(found.score).toBeCloseTo(-0.5);
  });
});

describe('flags and scores of rows', () => {
  it('have the area of the example of scikit-learn', () => {
    const rows = [0.1, 0.4, 0.35, 0.8].map((score, place) => ({
      ...{ score, wanted: place < 2 ? (0 as const) : (1 as const) },
    }));
    expect(rocArea(rows)).toBe(0.75);
    expect(rocArea(rows.map((row) => ({ ...row, score: 1 })))).toBe(0.5);
    expect(rocArea(rows.slice(2))).toBeNull();
  });

  it('take a table without an answer for all wrong', () => {
    const point = (flag: 0 | 1, score: number) => ({ flag, score });
    const found = over(flagScores, [
      {
        expected: { flags: [0, 1, 1] },
        answer: { points: [point(0, 0), point(1, 2), point(0, 1)] },
      },
    ]);
    expect(found.figures).toMatchObject({ precision: 1, recall: 0.5, rocArea: 1 });
    const missed = over(flagScores, [{ expected: { flags: [0, 1] }, answer: undefined }]);
    expect(missed.figures).toMatchObject({ f1: 0, rocArea: 0 });
    expect(flagScores.judge({ flags: [0, 1] }, { points: [point(0, 0)] }, [])).toBeNull();
  });
});

describe('the interval', () => {
  const share = (hits: number, cases: number) => ({
    score(weights: ArrayLike<number>) {
      let all = 0;
      for (let place = 0; place < hits; place += 1) all += weights[place] ?? 0;
      return all / cases;
    },
  });
  const seed = '0123456789abcdef0123456789abcdef';

  it('is the same for the same seed, and near that of the binomial', async () => {
    const first = await bootstrapInterval(share(80, 100), { cases: 100, seed });
    expect(first).toEqual(await bootstrapInterval(share(80, 100), { cases: 100, seed }));
    expect(first?.low).toBeCloseTo(0.72, 1);
    expect(first?.high).toBeCloseTo(0.88, 1);
    const roots = {
      score: (weights: ArrayLike<number>) =>
        Array.from(weights).reduce((all, weight, place) => all + weight * Math.sqrt(place), 0),
    };
    const of = (one: string) => bootstrapInterval(roots, { cases: 100, seed: one });
    expect(await of(seed)).not.toEqual(await of(seed.replace('0', 'f')));
  });

  it('is none under five cases, and where every case came out alike', async () => {
    expect(await bootstrapInterval(share(1, 4), { cases: 4, seed })).toBeNull();
    expect(await bootstrapInterval(share(30, 30), { cases: 30, seed })).toBeNull();
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  });
});
