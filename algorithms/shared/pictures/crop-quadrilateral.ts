import { emptyPicture, type Picture, type Quadrilateral } from './picture.ts';

/**
 * What stands in a quadrilateral, drawn straight into a picture of that size: its corners become the corners.
 * Outside of the picture its last pixels go on. The mapping is P. Heckbert's of a square to a quadrilateral
 * ("Fundamentals of Texture Mapping and Image Warping", 1989, 2.2.3); pixels are interpolated linearly.
 */
export function cropQuadrilateral(
  picture: Picture,
  corners: Quadrilateral,
  width: number,
  height: number,
): Picture {
  const crop = emptyPicture(width, height);
  const { a, b, c, d, e, f, g, h } = squareTo(corners);
  for (let y = 0, at = 0; y < height; y += 1) {
    const v = (y + 0.5) / height;
    for (let x = 0; x < width; x += 1, at += 3) {
      const u = (x + 0.5) / width;
      const scale = 1 / (g * u + h * v + 1);
      const [fromX, fromY] = [(a * u + b * v + c) * scale, (d * u + e * v + f) * scale];
      sampleInto(crop.data, at, picture, fromX - 0.5, fromY - 0.5);
    }
  }
  return crop;
}

/** x = (au + bv + c) / (gu + hv + 1), y = (du + ev + f) / (gu + hv + 1), for u and v from 0 to 1. */
function squareTo([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Quadrilateral) {
  const [sumX, sumY] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const [dx1, dx2, dy1, dy2] = [x1 - x2, x3 - x2, y1 - y2, y3 - y2];
  const area = dx1 * dy2 - dx2 * dy1;
  // Of no area, it is drawn as if it were a parallelogram.
  const g = area === 0 ? 0 : (sumX * dy2 - dx2 * sumY) / area;
  const h = area === 0 ? 0 : (dx1 * sumY - sumX * dy1) / area;
  return {
    a: x1 - x0 + g * x1,
    b: x3 - x0 + h * x3,
    c: x0,
    d: y1 - y0 + g * y1,
    e: y3 - y0 + h * y3,
    f: y0,
    g,
    h,
  };
}

function sampleInto(
  into: Uint8Array,
  at: number,
  { width, height, data }: Picture,
  x: number,
  y: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [shareX, shareY] = [x - left, y - top];
  const [x0, x1] = [within(left, width), within(left + 1, width)];
  const [y0, y1] = [within(top, height) * width, within(top + 1, height) * width];
  const [p00, p10, p01, p11] = [(y0 + x0) * 3, (y0 + x1) * 3, (y1 + x0) * 3, (y1 + x1) * 3];
  for (let channel = 0; channel < 3; channel += 1) {
    const upper = mixed(data[p00 + channel] ?? 0, data[p10 + channel] ?? 0, shareX);
    const lower = mixed(data[p01 + channel] ?? 0, data[p11 + channel] ?? 0, shareX);
    into[at + channel] = mixed(upper, lower, shareY) + 0.5;
  }
}

const mixed = (from: number, to: number, share: number) => from + (to - from) * share;
const within = (value: number, size: number) => (value < 0 ? 0 : value >= size ? size - 1 : value);
