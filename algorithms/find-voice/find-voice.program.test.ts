import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BuiltAlgorithm, openBuilt } from '../testing.ts';

/** The program finds the voices of its suite as its card says, and refuses what is no sound. */

let program: BuiltAlgorithm<'voice-activity-detection'>;
beforeAll(async () => {
  program = await openBuilt('find-voice', 'voice-activity-detection');
});

type Span = { start: number; end: number };
const ask = (bytes: Uint8Array, parameters = {}) =>
  program.call({ bytes, mediaType: 'audio/wav', parameters });
const soundOf = (name: string) => readFile(join(program.folder, 'suite', `${name}.wav`));
const holds = (spans: readonly Span[], at: number) =>
  spans.some(({ start, end }) => at >= start && at < end);

describe('the suite', () => {
  it('is heard with an F1 of 0.90 at least, in steps of 10 ms, and no voice where there is none', async () => {
    let [both, heard, spoken] = [0, 0, 0];
    for (const { id, expected } of program.cases) {
      const { segments, durationSeconds } = expected as {
        segments: Span[];
        durationSeconds: number;
      };
      const answer = await ask(await soundOf(id));
      expect(answer.durationSeconds).toBeCloseTo(durationSeconds, 3);
      if (segments.length === 0) expect(answer.segments).toEqual([]);
      for (let at = 0; at < durationSeconds; at += 0.01) {
        const [is, was] = [holds(answer.segments, at), holds(segments, at)];
        both += Number(is && was);
        heard += Number(is);
        spoken += Number(was);
      }
    }
    expect((2 * both) / (heard + spoken)).toBeGreaterThan(0.9);
  });
});

describe('a sound', () => {
  it('of any format and rate is heard alike', async () => {
    const [{ segments }, floats] = await Promise.all([
      ask(await soundOf('mandarin')),
      soundOf('mandarin').then((wav) => ask(asFloats48(wav))),
    ]);
    expect(floats.segments).toHaveLength(segments.length);
    for (const [place, { start, end }] of segments.entries()) {
      expect(Math.abs((floats.segments[place]?.start ?? -1) - start)).toBeLessThan(0.07);
      expect(Math.abs((floats.segments[place]?.end ?? -1) - end)).toBeLessThan(0.07);
    }
  });

  it('that is none, or too long, is refused in words', async () => {
    const wav = await soundOf('silence-only');
    const refused = (bytes: Uint8Array) =>
      expect(ask(bytes)).rejects.toMatchObject({ name: 'InputError' });
    await refused(new Uint8Array());
    await refused(new TextEncoder().encode('RIFF????AVI LIST'));
    await refused(wav.subarray(0, 44));
    for (const [at, value] of [
      [20, 85],
      [22, 99],
      [24, 0],
    ] as const) {
      const broken = Buffer.from(wav);
      broken.writeUInt16LE(value, at);
      await refused(broken);
    }
    const long = Buffer.alloc(44 + 2 * 8_000 * 301);
    wav.copy(long, 0, 0, 40);
    long.writeUInt32LE(long.length - 44, 40);
    await expect(ask(long)).rejects.toThrow(/300 s are the most/);
    await expect(ask(wav, { threshold: 2 })).rejects.toThrow(/threshold/);
  });
});

/** The 16 kHz sound as floats at 48 kHz, each sample thrice: coarse, which a filter has to bear. */
function asFloats48(wav: Buffer): Buffer {
  const count = (wav.length - 44) / 2;
  const out = Buffer.alloc(44 + count * 12);
  wav.copy(out, 0, 0, 44);
  out.writeUInt16LE(3, 20);
  out.writeUInt32LE(48_000, 24);
  out.writeUInt16LE(4, 32);
  out.writeUInt16LE(32, 34);
  out.writeUInt32LE(count * 12, 40);
  for (let place = 0; place < count * 3; place += 1) {
    const sample = wav.readInt16LE(44 + 2 * Math.floor(place / 3)) / 32_768;
    out.writeFloatLE(sample, 44 + place * 4);
  }
  return out;
}
