import type { Sound } from './sound-wav.ts';

/** Zero crossings of the sinc on each side; more cut off more sharply. */
const CROSSINGS = 16;
/** Of the lower half rate: where the filter begins to close. */
const PASSED = 0.94;

/**
 * The same sound at another rate: a sinc under a Hann window for each phase between the two rates (Smith, Digital Audio
 * Resampling, https://ccrma.stanford.edu/~jos/resample/). Above half of the lower rate nothing passes.
 */
export function resample({ samples, rate }: Sound, to: number): Sound {
  if (rate === to) return { samples, rate };
  const common = divisorOf(rate, to);
  const phases = to / common;
  const step = rate / common;
  const cutoff = Math.min(1, to / rate) * PASSED;
  const reach = Math.ceil(CROSSINGS / cutoff);
  const taps = 2 * reach;
  const filters = filtersOf({ phases, reach, cutoff });
  const length = Math.floor((samples.length * to) / rate);
  const out = new Float32Array(length);
  for (let place = 0; place < length; place += 1) {
    const phase = (place * step) % phases;
    // The sample at or before this moment, and as many on each side as the filter reaches.
    const first = Math.floor((place * step) / phases) - reach + 1;
    const filter = phase * taps;
    let sum = 0;
    for (let tap = Math.max(0, -first); tap < taps; tap += 1) {
      const sample = samples[first + tap];
      if (sample === undefined) break;
      sum += sample * (filters[filter + tap] ?? 0);
    }
    out[place] = sum;
  }
  return { samples: out, rate: to };
}

/** One filter a phase, each scaled so that a steady level stays as it is. */
function filtersOf({ phases, reach, cutoff }: { phases: number; reach: number; cutoff: number }) {
  const taps = 2 * reach;
  const filters = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase += 1) {
    let total = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = tap - reach + 1 - phase / phases;
      const angle = Math.PI * distance * cutoff;
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
      const value = sinc * Math.cos((Math.PI * distance) / (2 * reach)) ** 2;
      filters[phase * taps + tap] = value;
      total += value;
    }
    for (let tap = 0; tap < taps; tap += 1) {
      filters[phase * taps + tap] = (filters[phase * taps + tap] ?? 0) / total;
    }
  }
  return filters;
}

function divisorOf(one: number, other: number): number {
  return other === 0 ? one : divisorOf(other, one % other);
}
