/** Sound as RIFF WAVE with 16-bit PCM (Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"). Pure. */

/** Of what is sent: models of voice take 16 kHz and one channel. */
export const SAMPLES_PER_SECOND = 16_000;

const HEADER_BYTES = 44;
const BYTES_A_SAMPLE = 2;
const PCM = 1;

/** Samples between -1 and 1, at SAMPLES_PER_SECOND in one channel; what is beyond is clipped. */
export function writeWave(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + samples.length * BYTES_A_SAMPLE);
  const view = new DataView(bytes.buffer);
  const name = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  name(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  name(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLES_PER_SECOND, true);
  view.setUint32(28, SAMPLES_PER_SECOND * BYTES_A_SAMPLE, true);
  view.setUint16(32, BYTES_A_SAMPLE, true);
  view.setUint16(34, BYTES_A_SAMPLE * 8, true);
  name(36, 'data');
  view.setUint32(40, bytes.length - HEADER_BYTES, true);
  for (const [place, sample] of samples.entries()) {
    const clipped = Math.max(-1, Math.min(1, sample));
    const value = Math.min(32_767, Math.round(clipped * 32_768));
    view.setInt16(HEADER_BYTES + place * BYTES_A_SAMPLE, value, true);
  }
  return bytes;
}

/** Whether a file is already what would be written, and so may go as it is. */
export function isPlainWave(file: Uint8Array): boolean {
  if (file.length < HEADER_BYTES) return false;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const name = (at: number) => String.fromCharCode(...file.subarray(at, at + 4));
  return (
    name(0) === 'RIFF' &&
    name(8) === 'WAVE' &&
    name(12) === 'fmt ' &&
    view.getUint16(20, true) === PCM &&
    view.getUint16(22, true) === 1 &&
    view.getUint32(24, true) === SAMPLES_PER_SECOND &&
    view.getUint16(34, true) === BYTES_A_SAMPLE * 8
  );
}

/** The lowest and the highest sample of each of `bins` equal parts, for drawing. Fewer where there are fewer samples. */
export function peaksOf(samples: Float32Array, bins: number): { low: number; high: number }[] {
  const count = Math.min(bins, samples.length);
  return Array.from({ length: count }, (_, bin) => {
    const from = Math.floor((bin * samples.length) / count);
    const until = Math.floor(((bin + 1) * samples.length) / count);
    let [low, high] = [1, -1];
    for (let place = from; place < until; place += 1) {
      const sample = samples[place] ?? 0;
      if (sample < low) low = sample;
      if (sample > high) high = sample;
    }
    return { low, high };
  });
}
