import { describe, expect, it } from 'vitest';
import { resample } from './sound-resample.ts';

/** What is below half of both rates stays; what is above the lower half is gone, not folded down. */

const tone = (hertz: number, rate: number) => ({
  samples: Float32Array.from({ length: rate }, (_, at) =>
    Math.sin((2 * Math.PI * hertz * at) / rate),
  ),
  rate,
});
const middle = (samples: Float32Array) => samples.subarray(1_000, samples.length - 1_000);

describe.each([8_000, 11_025, 22_050, 44_100, 48_000])('from %d Hz', (rate) => {
  it('keeps a tone of 1 kHz', () => {
    const { samples } = resample(tone(1_000, rate), 16_000);
    expect(samples).toHaveLength(16_000);
    const wanted = middle(tone(1_000, 16_000).samples);
    const worst = middle(samples).reduce(
      (most, sample, at) => Math.max(most, Math.abs(sample - (wanted[at] ?? 0))),
      0,
    );
    expect(worst).toBeLessThan(0.002);
  });
});

it('folds nothing down', () => {
  const { samples } = resample(tone(11_000, 48_000), 16_000);
  expect(Math.max(...middle(samples))).toBeLessThan(0.002);
});
