import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainWave, peaksOf, SAMPLES_PER_SECOND, writeWave } from './wave-file.ts';

const textAt = (bytes: Uint8Array, at: number) =>
  new TextDecoder().decode(bytes.subarray(at, at + 4));

test('a wave says what it is: PCM, 16 bit, one channel, 16 kHz', () => {
  const bytes = writeWave(new Float32Array([0, 1, -1, 0.5, 2]));
  const view = new DataView(bytes.buffer);
  expect([0, 8, 12, 36].map((at) => textAt(bytes, at))).toEqual(['RIFF', 'WAVE', 'fmt ', 'data']);
  expect(view.getUint32(4, true)).toBe(bytes.length - 8);
  expect(view.getUint32(24, true)).toBe(SAMPLES_PER_SECOND);
  expect(view.getUint32(28, true)).toBe(32_000);
  expect(view.getUint32(40, true)).toBe(10);
  const samples = [0, 1, 2, 3, 4].map((place) => view.getInt16(44 + place * 2, true));
  expect(samples).toEqual([0, 32_767, -32_768, 16_384, 32_767]);
});

test('what is written is recognised, and another format is not', () => {
  const bytes = writeWave(new Float32Array(10));
  expect(isPlainWave(bytes)).toBe(true);
  for (const [at, value] of [
    [22, 2],
    [34, 8],
    [20, 3],
    [24, 0],
    [0, 0],
  ] as const) {
    const other = bytes.slice();
    other[at] = value;
    expect(isPlainWave(other), `byte ${at}`).toBe(false);
  }
  expect(isPlainWave(new Uint8Array(10))).toBe(false);
});

test('a decoded wave that is written again is the same: no sample changes on the way', () => {
  fc.assert(
    fc.property(fc.int16Array({ minLength: 1, maxLength: 50 }), (pcm) => {
      // As decodeAudioData reads 16-bit samples.
      const bytes = writeWave(Float32Array.from(pcm, (sample) => sample / 32_768));
      expect([...new Int16Array(bytes.buffer, 44)]).toEqual([...pcm]);
    }),
  );
});

test('peaks hold every sample', () => {
  const samples = Float32Array.from({ length: 1_000 }, (_, place) => Math.sin(place));
  const peaks = peaksOf(samples, 7);
  expect(peaks).toHaveLength(7);
  expect(Math.max(...peaks.map(({ high }) => high))).toBe(Math.max(...samples));
  expect(Math.min(...peaks.map(({ low }) => low))).toBe(Math.min(...samples));
  expect(peaksOf(samples.subarray(0, 3), 10)).toHaveLength(3);
});
