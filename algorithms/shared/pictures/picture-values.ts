import type { Picture } from './picture.ts';

/** For red, green and blue: (value / 255 − mean) / deviation. */
export type Normalisation = {
  /** Which channel comes first. */
  order: 'rgb' | 'bgr';
  mean: readonly [number, number, number];
  deviation: readonly [number, number, number];
};

/**
 * Writes a picture into a tensor of planes [3, height, width], from `offset` on, with rows of `stride` values;
 * `mean` and `deviation` are in the tensor's order of channels. What is right of the picture is left as it is.
 */
export function pictureValues(
  { width, height, data }: Picture,
  { order, mean, deviation }: Normalisation,
  into: Float32Array,
  offset = 0,
  stride = width,
): void {
  for (let plane = 0; plane < 3; plane += 1) {
    const channel = order === 'rgb' ? plane : 2 - plane;
    const scale = 1 / (255 * (deviation[plane] ?? 1));
    const shift = (mean[plane] ?? 0) / (deviation[plane] ?? 1);
    for (let y = 0; y < height; y += 1) {
      let at = offset + (plane * height + y) * stride;
      let from = y * width * 3 + channel;
      for (let x = 0; x < width; x += 1, at += 1, from += 3) {
        into[at] = (data[from] ?? 0) * scale - shift;
      }
    }
  }
}
