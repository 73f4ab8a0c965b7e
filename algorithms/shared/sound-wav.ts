import { InputError } from './program.ts';

/** One channel, samples from -1 to 1. */
export type Sound = { samples: Float32Array; rate: number };

const CHANNELS_MAX = 8;
const RATE_MIN = 4_000;
const RATE_MAX = 192_000;

type Format = { code: number; channels: number; rate: number; bits: number; blockBytes: number };
type Reader = (view: DataView, at: number) => number;

/** By the code of the format and the bits of a sample. */
const readers: Readonly<Record<string, Reader>> = {
  '1/8': (view, at) => (view.getUint8(at) - 128) / 128,
  '1/16': (view, at) => view.getInt16(at, true) / 2 ** 15,
  '1/24': (view, at) =>
    (view.getUint8(at) + view.getUint8(at + 1) * 2 ** 8 + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  '1/32': (view, at) => view.getInt32(at, true) / 2 ** 31,
  '3/32': (view, at) => view.getFloat32(at, true),
  '3/64': (view, at) => view.getFloat64(at, true),
};

/**
 * Reads a WAV file (RIFF/WAVE, IBM and Microsoft, Multimedia Programming Interface and Data Specifications 1.0, 1991; and its
 * WAVE_FORMAT_EXTENSIBLE): PCM of 8, 16, 24 or 32 bits or floats, its channels mixed into one. A file that ends early, as
 * those of a stream do, is read as far as it goes. Throws InputError.
 */
export function readWav(bytes: Uint8Array, { secondsMax }: { secondsMax: number }): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 12 || wordAt(view, 0) !== 'RIFF' || wordAt(view, 8) !== 'WAVE') {
    throw new InputError('the sound is not a WAV file');
  }
  let format: Format | null = null;
  let at = 12;
  while (at + 8 <= view.byteLength) {
    const name = wordAt(view, at);
    const start = at + 8;
    const size = Math.min(view.getUint32(at + 4, true), view.byteLength - start);
    if (name === 'fmt ') format = formatOf(view, start, size);
    if (name === 'data') {
      if (!format) throw new InputError('the WAV file does not say its format before its samples');
      return samplesOf(view, { start, size }, format, secondsMax);
    }
    at = start + size + (size % 2);
  }
  throw new InputError('the WAV file has no samples');
}

function wordAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((place) => view.getUint8(at + place)));
}

function formatOf(view: DataView, start: number, size: number): Format {
  if (size < 16) throw new InputError('the format of the WAV file is cut off');
  const named = view.getUint16(start, true);
  // An extensible format says the code of its samples in the first two bytes of its GUID.
  const code = named === 0xfffe && size >= 26 ? view.getUint16(start + 24, true) : named;
  const format = {
    code,
    channels: view.getUint16(start + 2, true),
    rate: view.getUint32(start + 4, true),
    blockBytes: view.getUint16(start + 12, true),
    bits: view.getUint16(start + 14, true),
  };
  const { channels, rate, bits, blockBytes } = format;
  if (!readers[`${code}/${bits}`]) {
    throw new InputError(
      `the WAV file holds format ${code} of ${bits} bits; PCM or floats are read`,
    );
  }
  if (channels < 1 || channels > CHANNELS_MAX || blockBytes !== (channels * bits) / 8) {
    throw new InputError(`the WAV file has ${channels} channels; 1 to ${CHANNELS_MAX} are read`);
  }
  if (rate < RATE_MIN || rate > RATE_MAX) {
    throw new InputError(`the WAV file has ${rate} Hz; ${RATE_MIN} to ${RATE_MAX} are read`);
  }
  return format;
}

function samplesOf(
  view: DataView,
  { start, size }: { start: number; size: number },
  { code, bits, channels, rate, blockBytes }: Format,
  secondsMax: number,
): Sound {
  const length = Math.floor(size / blockBytes);
  if (length === 0) throw new InputError('the WAV file has no samples');
  if (length > secondsMax * rate) {
    throw new InputError(
      `the sound lasts ${Math.ceil(length / rate)} s; ${secondsMax} s are the most`,
    );
  }
  const read = readers[`${code}/${bits}`];
  if (!read) throw new Error('a format without a reader was let through');
  const samples = new Float32Array(length);
  for (let place = 0; place < length; place += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      sum += read(view, start + place * blockBytes + (channel * bits) / 8);
    }
    const mean = sum / channels;
    // Floats may be anything; what is no number is silence.
    samples[place] = Number.isFinite(mean) ? Math.max(-1, Math.min(1, mean)) : 0;
  }
  return { samples, rate };
}
