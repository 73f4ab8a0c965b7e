import * as z from 'zod';
import { defineMetric, label, once, precisionRecall, type Sum, type Weights } from './metric.ts';

/**
 * Average precision of boxes at an overlap (IoU) of 0.5, COCO's way: in each picture the surest box takes the free expected box
 * of its label that it overlaps most; precision is made to fall with recall and read at 101 recalls 0, 0.01, … 1; the mean
 * over labels that are expected anywhere. At most 100 boxes a picture and label.
 * https://github.com/cocodataset/cocoapi/blob/master/PythonAPI/pycocotools/cocoeval.py (evaluateImg, accumulate)
 */

const FOUND_MAX = 100;
const OVERLAP_MIN = 0.5;
const RECALLS = 101;

const box = z.object({
  ...{ xmin: z.number(), ymin: z.number(), xmax: z.number(), ymax: z.number() },
});
type Box = z.output<typeof box>;
const expected = z.strictObject({ boxes: z.array(z.strictObject({ label, box })).max(10_000) });
const answer = z.array(z.object({ label: z.string(), score: z.number(), box }));
const tally = z.object({
  truths: z.record(z.string(), z.number()),
  found: z.array(z.object({ label: z.string(), score: z.number(), hit: z.boolean() })),
});
type Tally = z.output<typeof tally>;

export const boxPrecision = defineMetric({
  name: 'average_precision_50/1',
  better: 'higher',
  ...{ expected, answer, tally, sum, caseScore },
  problem: ({ boxes }) =>
    boxes.some((one) => area(one.box) <= 0) ? 'boxes: one of them has no area' : null,
  judge({ boxes }, found): Tally {
    const labels = [...new Set(found.map((one) => one.label))];
    const hits = labels.flatMap((name) =>
      match(
        boxes.filter((one) => one.label === name).map((one) => one.box),
        found.filter((one) => one.label === name),
      ).map((one) => ({ label: name, ...one })),
    );
    return { truths: countsOf(boxes), found: hits };
  },
  miss: ({ boxes }): Tally => ({ truths: countsOf(boxes), found: [] }),
});

function countsOf(boxes: readonly { label: string }[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const one of boxes) counts.set(one.label, (counts.get(one.label) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** The surest boxes of one label, each with whether it took an expected box. */
function match(truths: readonly Box[], found: readonly { score: number; box: Box }[]) {
  const free = new Set(truths);
  return found
    .toSorted((left, right) => right.score - left.score)
    .slice(0, FOUND_MAX)
    .map((one) => {
      let best: { truth: Box; overlap: number } | null = null;
      for (const truth of free) {
        const overlap = overlapOf(truth, one.box);
        if (overlap >= OVERLAP_MIN && overlap > (best?.overlap ?? 0)) best = { truth, overlap };
      }
      if (best) free.delete(best.truth);
      return { score: one.score, hit: best !== null };
    });
}

const area = ({ xmin, ymin, xmax, ymax }: Box) =>
  Math.max(0, xmax - xmin) * Math.max(0, ymax - ymin);

/** Intersection over union; 0 for boxes without area. */
export function overlapOf(left: Box, right: Box): number {
  const shared = area({
    xmin: Math.max(left.xmin, right.xmin),
    ymin: Math.max(left.ymin, right.ymin),
    xmax: Math.min(left.xmax, right.xmax),
    ymax: Math.min(left.ymax, right.ymax),
  });
  const all = area(left) + area(right) - shared;
  return all > 0 ? shared / all : 0;
}

const truthsOf = ({ truths }: Tally) => Object.values(truths).reduce((all, one) => all + one, 0);

function caseScore(one: Tally): number {
  const truths = truthsOf(one);
  const hits = one.found.filter(({ hit }) => hit).length;
  return truths + one.found.length === 0 ? 1 : (2 * hits) / (truths + one.found.length);
}

function sum(tallies: readonly Tally[]): Sum {
  const labels = [...new Set(tallies.flatMap(({ truths }) => Object.keys(truths)))];
  const ordered = labels.map((name) => ({
    name,
    found: tallies
      .flatMap(({ found }, place) =>
        found.filter((one) => one.label === name).map((one) => ({ ...one, place })),
      )
      .sort((left, right) => right.score - left.score),
  }));
  const score = (weights: Weights) => {
    const values = ordered.flatMap(({ name, found }) => {
      const truths = tallies.reduce(
        (all, one, place) => all + (one.truths[name] ?? 0) * (weights[place] ?? 0),
        0,
      );
      return truths === 0 ? [] : [averagePrecision(found, truths, weights)];
    });
    return values.length === 0 ? 0 : values.reduce((all, one) => all + one, 0) / values.length;
  };
  const truths = tallies.reduce((all, one) => all + truthsOf(one), 0);
  const boxes = tallies.flatMap(({ found }) => found);
  const { precision, recall } = precisionRecall({
    ...{ hits: boxes.filter(({ hit }) => hit).length, found: boxes.length, truths },
  });
  const averagePrecision50 = score(once(tallies.length));
  return { score, figures: { averagePrecision50, precision, recall, truths, found: boxes.length } };
}

type Found = { hit: boolean; place: number };

/** Of one label, from its boxes over all pictures, the surest first. */
function averagePrecision(found: readonly Found[], truths: number, weights: Weights): number {
  const recalls: number[] = [];
  const precisions: number[] = [];
  let hits = 0;
  let all = 0;
  for (const { hit, place } of found) {
    const weight = weights[place] ?? 0;
    if (weight === 0) continue;
    all += weight;
    if (hit) hits += weight;
    recalls.push(hits / truths);
    precisions.push(hits / all);
  }
  for (let place = precisions.length - 2; place >= 0; place -= 1) {
    precisions[place] = Math.max(precisions[place] ?? 0, precisions[place + 1] ?? 0);
  }
  let total = 0;
  let place = 0;
  for (let step = 0; step < RECALLS; step += 1) {
    const recall = step / (RECALLS - 1);
    while (place < recalls.length && (recalls[place] ?? 0) < recall) place += 1;
    total += precisions[place] ?? 0;
  }
  return total / RECALLS;
}
