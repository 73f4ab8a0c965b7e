import type { Picture } from '../shared/pictures/picture.ts';
import { type Normalisation, pictureValues } from '../shared/pictures/picture-values.ts';

/** Of the direction classifier and the recogniser: from −1 to 1, blue, green, red. */
const normalisation: Normalisation = {
  order: 'bgr',
  mean: [0.5, 0.5, 0.5],
  deviation: [0.5, 0.5, 0.5],
};

/** Lines of one height as one tensor [lines, 3, height, width]; right of a shorter one it is 0. */
export function lineValues(lines: readonly Picture[], height: number, width: number): Float32Array {
  const size = 3 * height * width;
  const values = new Float32Array(lines.length * size);
  lines.forEach((line, index) => {
    pictureValues(line, normalisation, values, index * size, width);
  });
  return values;
}
