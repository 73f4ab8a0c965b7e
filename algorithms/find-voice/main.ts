import { join } from 'node:path';
import {
  type BytesInput,
  type InferenceSession,
  numberOf,
  type Ort,
  type Surroundings,
} from '../shared/program.ts';
import { resample } from '../shared/sound-resample.ts';
import { readWav } from '../shared/sound-wav.ts';
import { speechSpans } from './speech-spans.ts';

/** Silero VAD 5: 512 new samples at 16 kHz, after the 64 before them, and a state that goes along. */
const RATE = 16_000;
const STEP = 512;
const BEFORE = 64;
const STATE = [2, 1, 128];
const SECONDS_MAX = 300;

/** Where somebody speaks in a sound. */
export default async function create({ ort, folder }: Surroundings) {
  const session = await ort.InferenceSession.create(join(folder, 'silero-vad.onnx'), {
    intraOpNumThreads: 1,
  });
  return {
    async call({ bytes, parameters }: BytesInput) {
      const rule = {
        threshold: numberOf(parameters, 'threshold', { usual: 0.5, min: 0.02, max: 0.99 }),
        speechSecondsMin: numberOf(parameters, 'speechSecondsMin', {
          usual: 0.25,
          min: 0,
          max: 10,
        }),
        silenceSecondsMin: numberOf(parameters, 'silenceSecondsMin', {
          ...{ usual: 0.1, min: 0, max: 10 },
        }),
        paddingSeconds: numberOf(parameters, 'paddingSeconds', { usual: 0.03, min: 0, max: 1 }),
      };
      const sound = readWav(bytes, { secondsMax: SECONDS_MAX });
      const durationSeconds = sound.samples.length / sound.rate;
      const probabilities = await listen(ort, session, resample(sound, RATE).samples);
      const stepSeconds = STEP / RATE;
      return {
        durationSeconds,
        stepSeconds,
        probabilities,
        segments: speechSpans(probabilities, { ...rule, stepSeconds, durationSeconds }),
      };
    },
  };
}

/** How likely each step of 32 ms holds a voice; the last one is filled up with silence. */
async function listen(ort: Ort, session: InferenceSession, samples: Float32Array) {
  const heard = new Float32Array(BEFORE + STEP);
  const sr = new ort.Tensor('int64', BigInt64Array.of(BigInt(RATE)), []);
  let state = new ort.Tensor('float32', new Float32Array(256), STATE);
  const probabilities: number[] = [];
  for (let at = 0; at < samples.length; at += STEP) {
    heard.copyWithin(0, STEP);
    heard.fill(0, BEFORE);
    heard.set(samples.subarray(at, at + STEP), BEFORE);
    const input = new ort.Tensor('float32', heard, [1, BEFORE + STEP]);
    const answer = await session.run({ input, state, sr });
    const { output, stateN } = answer;
    if (!output || !stateN) throw new Error('the model answered something else');
    probabilities.push(Math.max(0, Math.min(1, Number(output.data[0]))));
    state = new ort.Tensor('float32', Float32Array.from(stateN.data, Number), STATE);
  }
  return probabilities;
}
