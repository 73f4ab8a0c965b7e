import { FILE_BYTES_MAX, type Made, type Source } from './asked.ts';
import { isPlainWave, SAMPLES_PER_SECOND, writeWave } from './wave-file.ts';

const SOUND_SECONDS_MAX = 600;

/**
 * A sound as it is sent: one channel at 16 kHz as WAV, whatever the browser can decode it from. A sample goes as it is, for its
 * own algorithm takes it.
 */
export async function askSound(file: File, source: Source): Promise<Made> {
  if (file.size > FILE_BYTES_MAX) return { notSent: 'fileTooLarge' };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const asItIs = source.kind === 'sample' || isPlainWave(bytes);
  const samples = await decode(bytes.buffer);
  if (samples === null || samples.length === 0) return { notSent: 'soundUnreadable' };
  if (samples.length > SOUND_SECONDS_MAX * SAMPLES_PER_SECOND) return { notSent: 'soundTooLong' };
  return {
    asked: {
      body: asItIs ? file : new Blob([writeWave(samples)], { type: 'audio/wav' }),
      mediaType: 'audio/wav',
      fileName: asItIs ? file.name : `${file.name.replace(/\.\w+$/, '')}-16k.wav`,
      source: asItIs ? source : { kind: 'made' },
      shown: { kind: 'audio', samples },
    },
  };
}

/** Decoding brings a sound to the rate of the context that decodes it. Takes the bytes away. */
async function decode(bytes: ArrayBuffer): Promise<Float32Array | null> {
  const context = new OfflineAudioContext(1, 1, SAMPLES_PER_SECOND);
  const sound = await context.decodeAudioData(bytes).catch(() => null);
  if (sound === null) return null;
  const mixed = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel += 1) {
    for (const [place, sample] of sound.getChannelData(channel).entries()) {
      mixed[place] = (mixed[place] ?? 0) + sample / sound.numberOfChannels;
    }
  }
  return mixed;
}
