import type { Picture } from '../shared/pictures/picture.ts';
import type { InferenceSession, Ort } from '../shared/program.ts';
import { lineValues } from './line-values.ts';

/** PaddleOCR, `tools/infer/utility.py`: `rec_image_shape`. */
export const LINE_HEIGHT = 48;
export const LINE_WIDTH_MAX = 3_200;
const WIDTH_MIN = 16;

/** `score` is the mean likelihood of its characters, 0 where there are none. */
export type ReadLine = { text: string; score: number };

/**
 * What stands in each line, in the order of the lines, which are LINE_HEIGHT high. Each goes through the network alone,
 * in its own width: that took 0.71 of the time of batches of six padded to the widest and to 320 (27 pictures
 * of the suite, one thread), and read the same. `characters` are those of the model, from its class 1 on.
 */
export async function readLines(
  { Tensor }: Pick<Ort, 'Tensor'>,
  session: InferenceSession,
  characters: readonly string[],
  lines: readonly Picture[],
): Promise<readonly ReadLine[]> {
  const [name = ''] = session.inputNames;
  const read: ReadLine[] = [];
  for (const line of lines) {
    const width = Math.max(WIDTH_MIN, line.width);
    const values = lineValues([line], LINE_HEIGHT, width);
    const shape = [1, 3, LINE_HEIGHT, width];
    const results = await session.run({ [name]: new Tensor('float32', values, shape) });
    const output = results[session.outputNames[0] ?? ''];
    if (!(output?.data instanceof Float32Array)) throw new Error('the recogniser gave no text');
    read.push(spelled(output.data, output.dims[2] ?? 1, characters));
  }
  return read;
}

/** From so much likelihood of a space between two characters on, it is one: see README.md. */
const SPACE_MIN = 0.015;

/**
 * Greedy decoding of a connectionist temporal classification (Graves et al., 2006): the likeliest class a step,
 * repeated ones once, class 0 (none) left out. This model hardly ever holds a space for the likeliest, though it sees
 * them: between two characters of words that are parted by spaces, its likelihood is added up over the steps.
 */
export function spelled(
  likelihoods: Float32Array,
  classes: number,
  characters: readonly string[],
): ReadLine {
  let [text, sum, count, before, space] = ['', 0, 0, 0, 0];
  for (let step = 0; step < likelihoods.length; step += classes) {
    const best = likeliest(likelihoods, step, classes);
    const character = best === 0 ? '' : (characters[best - 1] ?? '');
    if (best === 0 || character === ' ') {
      space += likelihoods[step + classes - 1] ?? 0;
    } else if (best !== before) {
      const parted = space >= SPACE_MIN && PARTED.test(text.at(-1) ?? '') && PARTED.test(character);
      text += parted ? ` ${character}` : character;
      sum += likelihoods[step + best] ?? 0;
      count += 1;
      space = 0;
    }
    before = best;
  }
  return { text, score: count === 0 ? 0 : Math.min(1, sum / count) };
}

/** Of scripts that part their words. */
const PARTED = /[\u0021-\u024f]/;

function likeliest(likelihoods: Float32Array, step: number, classes: number): number {
  let [best, most] = [0, likelihoods[step] ?? 0];
  for (let each = 1; each < classes; each += 1) {
    const value = likelihoods[step + each] ?? 0;
    if (value > most) [best, most] = [each, value];
  }
  return best;
}
