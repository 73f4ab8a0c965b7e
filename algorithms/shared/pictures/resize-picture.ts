import { emptyPicture, type Picture } from './picture.ts';

/** The stored pixels that one new pixel is made of along one side, and the weight of each; they add up to 1. */
type Taps = { first: number; weights: Float32Array };

/**
 * The picture in another size. A side that grows is interpolated linearly between the centres of its pixels; one that
 * shrinks takes each pixel by the area that it has in the new one, so that thin strokes stay.
 */
export function resizePicture(picture: Picture, width: number, height: number): Picture {
  if (width === picture.width && height === picture.height) return picture;
  const narrow = alongRows(picture, tapsOf(picture.width, width));
  return alongColumns(narrow, tapsOf(picture.height, height));
}

function tapsOf(from: number, to: number): readonly Taps[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, index) =>
    scale > 1 ? covered(index * scale, (index + 1) * scale, from) : between(index, scale, from),
  );
}

/** Each pixel by its share of the span. */
function covered(start: number, end: number, size: number): Taps {
  const first = Math.floor(start);
  const last = Math.min(size, Math.ceil(end - 1e-6));
  const weights = Float32Array.from({ length: last - first }, (_, index) => {
    const pixel = first + index;
    return (Math.min(end, pixel + 1) - Math.max(start, pixel)) / (end - start);
  });
  return { first, weights };
}

/** The two pixels whose centres stand around that of the new one. */
function between(index: number, scale: number, size: number): Taps {
  const centre = Math.min(size - 1, Math.max(0, (index + 0.5) * scale - 0.5));
  const first = Math.min(Math.floor(centre), Math.max(0, size - 2));
  const share = centre - first;
  return { first, weights: size === 1 ? Float32Array.of(1) : Float32Array.of(1 - share, share) };
}

type Plane = { width: number; height: number; data: Float32Array };

function alongRows({ width, height, data }: Picture, taps: readonly Taps[]): Plane {
  const plane = new Float32Array(taps.length * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (const { first, weights } of taps) {
      let from = (y * width + first) * 3;
      let [red, green, blue] = [0, 0, 0];
      for (const weight of weights) {
        red += (data[from] ?? 0) * weight;
        green += (data[from + 1] ?? 0) * weight;
        blue += (data[from + 2] ?? 0) * weight;
        from += 3;
      }
      plane[at] = red;
      plane[at + 1] = green;
      plane[at + 2] = blue;
      at += 3;
    }
  }
  return { width: taps.length, height, data: plane };
}

function alongColumns({ width, data }: Plane, taps: readonly Taps[]): Picture {
  const picture = emptyPicture(width, taps.length);
  const stride = width * 3;
  const row = new Float32Array(stride);
  taps.forEach(({ first, weights }, y) => {
    row.fill(0.5);
    weights.forEach((weight, index) => {
      const from = (first + index) * stride;
      for (let at = 0; at < stride; at += 1)
        row[at] = (row[at] ?? 0) + (data[from + at] ?? 0) * weight;
    });
    picture.data.set(row.map(Math.floor), y * stride);
  });
  return picture;
}
