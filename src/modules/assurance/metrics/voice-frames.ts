import * as z from 'zod';
import { defineMetric, once, precisionRecall, type Sum, seconds, type Weights } from './metric.ts';

/**
 * F1 of voice over frames of 10 ms, of which each is judged by its middle. Beside it precision, recall, and the detection error
 * rate: seconds of voice that were missed and seconds of other sound that were taken for voice, through the seconds of voice
 * (https://pyannote.github.io/pyannote-metrics/reference.html#detection), here without a collar.
 */

const FRAME_SECONDS = 0.01;

const segments = z.array(z.object({ start: z.number().min(0), end: z.number().min(0) }));
type Segments = z.output<typeof segments>;
const expected = z.strictObject({
  segments: z.array(z.strictObject({ start: seconds, end: seconds })).max(10_000),
  durationSeconds: seconds,
});
const tally = z.object({
  ...{ hits: z.number(), found: z.number(), truths: z.number(), frames: z.number() },
  ...{ missedSeconds: z.number(), falseSeconds: z.number(), voiceSeconds: z.number() },
});
type Tally = z.output<typeof tally>;

export const voiceFrames = defineMetric({
  name: 'voice_frame_f1/1',
  better: 'higher',
  ...{ expected, tally, sum },
  answer: z.object({ segments }),
  problem({ segments: given, durationSeconds }) {
    const late = given.some(({ start, end }) => end <= start || end > durationSeconds + 1);
    return late ? 'segments: one does not end after it starts, or lies behind the end' : null;
  },
  judge: ({ segments: wanted, durationSeconds }, found): Tally =>
    compare(wanted, found.segments, durationSeconds),
  miss: ({ segments: wanted, durationSeconds }): Tally =>
    compare(wanted, opposite(wanted, durationSeconds), durationSeconds),
  caseScore: ({ hits, found, truths }) =>
    found + truths === 0 ? 1 : precisionRecall({ hits, found, truths }).f1,
});

/** Wherever there is no voice. */
function opposite(wanted: Segments, durationSeconds: number): Segments {
  const result: Segments = [];
  let at = 0;
  for (const { start, end } of wanted.toSorted((left, right) => left.start - right.start)) {
    if (start > at) result.push({ start: at, end: start });
    at = Math.max(at, end);
  }
  if (at < durationSeconds) result.push({ start: at, end: durationSeconds });
  return result;
}

function compare(wanted: Segments, found: Segments, durationSeconds: number): Tally {
  const frames = Math.floor(durationSeconds / FRAME_SECONDS + 1e-6);
  const truth = framesOf(wanted, frames);
  const answer = framesOf(found, frames);
  let hits = 0;
  let truths = 0;
  let marked = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    truths += truth[frame] ?? 0;
    marked += answer[frame] ?? 0;
    hits += (truth[frame] ?? 0) & (answer[frame] ?? 0);
  }
  const voiceSeconds = lengthOf(wanted);
  const shared = sharedSeconds(wanted, found);
  return {
    ...{ hits, found: marked, truths, frames, voiceSeconds },
    ...{ missedSeconds: voiceSeconds - shared, falseSeconds: lengthOf(found) - shared },
  };
}

function framesOf(given: Segments, frames: number): Uint8Array {
  const marks = new Uint8Array(frames);
  for (const { start, end } of given) {
    // The frames whose middle lies in it.
    const first = Math.max(0, Math.ceil(start / FRAME_SECONDS - 0.5 - 1e-6));
    const behind = Math.min(frames, Math.ceil(end / FRAME_SECONDS - 0.5 - 1e-6));
    if (behind > first) marks.fill(1, first, behind);
  }
  return marks;
}

/** Without what lies in two of them. */
function merged(given: Segments): Segments {
  const result: Segments = [];
  for (const { start, end } of given.toSorted((left, right) => left.start - right.start)) {
    const last = result.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else if (end > start) result.push({ start, end });
  }
  return result;
}

const lengthOf = (given: Segments) =>
  merged(given).reduce((all, { start, end }) => all + end - start, 0);

function sharedSeconds(left: Segments, right: Segments): number {
  let total = 0;
  const others = merged(right);
  for (const one of merged(left)) {
    for (const other of others) {
      total += Math.max(0, Math.min(one.end, other.end) - Math.max(one.start, other.start));
    }
  }
  return total;
}

function sum(tallies: readonly Tally[]): Sum {
  const total = (of: (one: Tally) => number, weights: Weights) =>
    tallies.reduce((all, one, place) => all + of(one) * (weights[place] ?? 0), 0);
  const rates = (weights: Weights) =>
    precisionRecall({
      hits: total((one) => one.hits, weights),
      found: total((one) => one.found, weights),
      truths: total((one) => one.truths, weights),
    });
  const all = once(tallies.length);
  const { precision, recall, f1 } = rates(all);
  const voice = total((one) => one.voiceSeconds, all);
  const wrong = total((one) => one.missedSeconds + one.falseSeconds, all);
  return {
    score: (weights) => rates(weights).f1,
    figures: {
      ...{ f1, precision, recall, voiceSeconds: voice },
      ...(voice === 0 ? {} : { detectionErrorRate: wrong / voice }),
    },
  };
}
