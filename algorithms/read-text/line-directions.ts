import type { Picture } from '../shared/pictures/picture.ts';
import type { InferenceSession, Ort } from '../shared/program.ts';
import { lineValues } from './line-values.ts';

/** PaddleOCR, `tools/infer/utility.py`: `cls_image_shape`, `cls_batch_num`. */
export const DIRECTION_HEIGHT = 48;
export const DIRECTION_WIDTH = 192;
const BATCH = 8;

/** For each line, how likely it stands on its head. Lines are DIRECTION_HEIGHT high, at most DIRECTION_WIDTH wide. */
export async function lineDirections(
  { Tensor }: Pick<Ort, 'Tensor'>,
  session: InferenceSession,
  lines: readonly Picture[],
): Promise<readonly number[]> {
  const [name = ''] = session.inputNames;
  const shares: number[] = [];
  for (let first = 0; first < lines.length; first += BATCH) {
    const batch = lines.slice(first, first + BATCH);
    const values = lineValues(batch, DIRECTION_HEIGHT, DIRECTION_WIDTH);
    const shape = [batch.length, 3, DIRECTION_HEIGHT, DIRECTION_WIDTH];
    const results = await session.run({ [name]: new Tensor('float32', values, shape) });
    const data = results[session.outputNames[0] ?? '']?.data;
    if (!(data instanceof Float32Array)) throw new Error('the classifier gave no directions');
    // Two values a line: upright, turned by 180°.
    shares.push(...batch.map((_, index) => data[index * 2 + 1] ?? 0));
  }
  return shares;
}
