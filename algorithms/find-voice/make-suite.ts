import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mulberry32 } from '#verify/mulberry32.ts';
import { resample } from '../shared/sound-resample.ts';
import { readWav } from '../shared/sound-wav.ts';

/**
 * Makes the suite anew: sentences spoken by espeak-ng 1.51 between silence, noise, hum and tones, the places of the voice
 * known since it was put there. Needs espeak-ng: node algorithms/find-voice/make-suite.ts
 */

const folder = join(import.meta.dirname, 'suite');
/** Below this share of the loudest, speech has not begun. */
const AUDIBLE = 0.02;

type Part = { quiet: number } | { say: string; voice: string; gain?: number };
type Case = {
  id: string;
  rate: number;
  bits: 8 | 16;
  channels: number;
  background: 'silence' | 'noise' | 'hum' | 'tones';
  level: number;
  parts: readonly Part[];
};

const plain = { bits: 16, channels: 1, background: 'silence', level: 0 } as const;
const cases: readonly Case[] = [
  {
    ...{ ...plain, id: 'mandarin', rate: 16_000 },
    parts: [
      { quiet: 0.5 },
      { say: 'qing3 wen4 ban4 zheng4 zai4 na3 li3', voice: 'cmn-latn-pinyin' },
      { quiet: 0.8 },
    ],
  },
  {
    ...{ ...plain, id: 'english-twice', rate: 8_000 },
    parts: [
      ...[{ quiet: 0.5 }, { say: 'The lift in our building is broken.', voice: 'en-gb' }],
      ...[{ quiet: 0.9 }, { say: 'Please send somebody today.', voice: 'en-us' }, { quiet: 0.5 }],
    ],
  },
  {
    ...{ ...plain, id: 'in-noise', rate: 8_000, background: 'noise', level: 0.02 },
    parts: [
      ...[
        { quiet: 1 },
        { say: 'hong2 lü4 deng1 huai4 le5, qing3 pai4 ren2 lai2 xiu1', voice: 'cmn-latn-pinyin' },
        { quiet: 1 },
      ],
    ],
  },
  {
    ...{ ...plain, id: 'over-hum', rate: 8_000, background: 'hum', level: 0.03 },
    parts: [
      ...[
        { quiet: 0.8 },
        { say: 'There is water in the basement.', voice: 'en-us' },
        { quiet: 0.8 },
      ],
    ],
  },
  {
    ...{ ...plain, id: 'noise-only', rate: 8_000, background: 'noise', level: 0.1 },
    parts: [{ quiet: 3 }],
  },
  {
    ...{ ...plain, id: 'tones-only', rate: 8_000, background: 'tones', level: 0.2 },
    parts: [{ quiet: 3 }],
  },
  { ...{ ...plain, id: 'silence-only', rate: 8_000 }, parts: [{ quiet: 2 }] },
  {
    ...{ ...plain, id: 'eight-bits-stereo', rate: 11_025, bits: 8, channels: 2 },
    parts: [
      { quiet: 0.6 },
      { say: 'xie4 xie5 ni3 de5 bang1 zhu4, zai4 jian4', voice: 'cmn-latn-pinyin' },
      { quiet: 0.6 },
    ],
  },
];

function speak(text: string, voice: string, rate: number): Float32Array {
  const file = join(tmpdir(), `speech-${process.pid}.wav`);
  execFileSync('espeak-ng', ['-v', voice, '-s', '150', '-w', file, text]);
  const { samples } = resample(readWav(readFileSync(file), { secondsMax: 60 }), rate);
  rmSync(file);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const isAudible = (sample: number) => Math.abs(sample) > loudest * AUDIBLE;
  const speech = samples.subarray(samples.findIndex(isAudible), samples.findLastIndex(isAudible));
  return speech.map((sample) => (sample / loudest) * 0.5);
}

function backgroundOf({ background, level, rate, id }: Case): (place: number) => number {
  const random = mulberry32([...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0));
  const tone = (hertz: number, place: number) => Math.sin((2 * Math.PI * hertz * place) / rate);
  if (background === 'noise') return () => level * ((random() / 2 ** 32) * 2 - 1);
  if (background === 'hum') return (place) => level * (tone(50, place) + tone(150, place) / 2);
  // As of a line that is busy: 450 Hz, 0.35 s on and 0.35 s off (GB/T 3378).
  if (background === 'tones')
    return (place) => (Math.floor(place / rate / 0.35) % 2 === 0 ? level * tone(450, place) : 0);
  return () => 0;
}

function mix(wanted: Case) {
  const segments: { start: number; end: number }[] = [];
  const pieces: number[] = [];
  for (const part of wanted.parts) {
    if ('quiet' in part) {
      for (let left = Math.round(part.quiet * wanted.rate); left > 0; left -= 1) pieces.push(0);
      continue;
    }
    const start = pieces.length / wanted.rate;
    pieces.push(...speak(part.say, part.voice, wanted.rate));
    segments.push({ start, end: pieces.length / wanted.rate });
  }
  const background = backgroundOf(wanted);
  const samples = pieces.map((sample, place) => sample + background(place));
  return { samples, segments, durationSeconds: samples.length / wanted.rate };
}

function wavOf({ rate, bits, channels }: Case, samples: readonly number[]): Buffer {
  const sampleBytes = bits / 8;
  const data = Buffer.alloc(samples.length * channels * sampleBytes);
  for (const [place, sample] of samples.entries()) {
    for (let channel = 0; channel < channels; channel += 1) {
      const at = (place * channels + channel) * sampleBytes;
      if (bits === 16) data.writeInt16LE(Math.round(sample * 32_767), at);
      else data.writeUInt8(Math.round(sample * 127) + 128, at);
    }
  }
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels * sampleBytes, 28);
  head.writeUInt16LE(channels * sampleBytes, 32);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

mkdirSync(folder, { recursive: true });
const lines = cases.map((wanted) => {
  const { samples, segments, durationSeconds } = mix(wanted);
  writeFileSync(join(folder, `${wanted.id}.wav`), wavOf(wanted, samples));
  return JSON.stringify({
    id: wanted.id,
    file: `${wanted.id}.wav`,
    expected: { segments, durationSeconds },
  });
});
writeFileSync(join(folder, 'cases.jsonl'), `${lines.join('\n')}\n`);
