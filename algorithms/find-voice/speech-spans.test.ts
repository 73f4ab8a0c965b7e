import { expect, it } from 'vitest';
import { speechSpans } from './speech-spans.ts';

/** Steps of a second, so that a step's number is its moment. */
const rule = {
  ...{ threshold: 0.5, speechSecondsMin: 2, silenceSecondsMin: 2, paddingSeconds: 0 },
  ...{ stepSeconds: 1, durationSeconds: 12 },
};

it('goes on through a short pause and through what is a little less likely', () => {
  const steps = [0, 0, 0.9, 0.4, 0.9, 0.1, 0.9, 0, 0, 0, 0, 0];
  expect(speechSpans(steps, rule)).toEqual([{ start: 2, end: 7 }]);
});

it('leaves out what is too short, and ends with the sound', () => {
  const steps = [0.9, 0, 0, 0, 0, 0, 0, 0, 0, 0.9, 0.9, 0.9];
  expect(speechSpans(steps, rule)).toEqual([{ start: 9, end: 12 }]);
});

it('adds padding that neither leaves the sound nor reaches another span', () => {
  const steps = [0.9, 0.9, 0, 0, 0, 0.9, 0.9, 0.9, 0, 0, 0, 0];
  expect(speechSpans(steps, { ...rule, paddingSeconds: 3 })).toEqual([
    { start: 0, end: 3.5 },
    { start: 3.5, end: 11 },
  ]);
});
