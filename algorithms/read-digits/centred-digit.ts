import type { Picture } from '../shared/pictures/picture.ts';
import { resizePicture } from '../shared/pictures/resize-picture.ts';
import { SIDE } from './digit-network.ts';

/** Within the square of SIDE, a digit is as large as this (MNIST: Y. LeCun, C. Cortes, C. Burges). */
const DIGIT_SIDE = 20;
/** A larger picture is made so small first: more would not be seen. */
const LOOKED_AT = 256;
/** Fainter than this much of the way from black to white there is no ink. */
const CONTRAST_MIN = 24;
/** A part of a digit has at least so much of the points of its largest one; less is a speck. */
const PART_MIN = 0.1;

/**
 * The digit in a picture as the network was taught it: white on black from 0 to 1, scaled into 20 × 20, its centre of
 * mass in the middle of 28 × 28. Null where nothing stands out of the background, be that light or dark.
 */
export function centredDigit(picture: Picture): Float32Array | null {
  const scale = Math.min(1, LOOKED_AT / Math.max(picture.width, picture.height));
  const size = (side: number) => Math.max(1, Math.round(side * scale));
  const small = resizePicture(picture, size(picture.width), size(picture.height));
  const ink = inkOf(small);
  const from = threshold(ink);
  if (from < CONTRAST_MIN) return null;
  const box = boxOf(ink, small.width, small.height, from);
  return placed(scaled(ink, small.width, box));
}

type Box = { left: number; top: number; width: number; height: number };
type Ink = { width: number; height: number; data: Uint8Array };

/** How far each point is from the background, which is the middle grey of the border: from 0 to 255. */
function inkOf({ width, height, data }: Picture): Uint8Array {
  const grey = Uint8Array.from({ length: width * height }, (_, at) => {
    const [red, green, blue] = [data[at * 3] ?? 0, data[at * 3 + 1] ?? 0, data[at * 3 + 2] ?? 0];
    // Luma of ITU-R BT.601.
    return 0.299 * red + 0.587 * green + 0.114 * blue + 0.5;
  });
  const border = grey.filter((_, at) => {
    const x = at % width;
    return x === 0 || x === width - 1 || at < width || at >= grey.length - width;
  });
  const background = border.toSorted()[border.length >> 1] ?? 0;
  const distances = grey.map((value) => Math.abs(value - background));
  const most = distances.reduce((max, value) => Math.max(max, value), 0);
  return most < CONTRAST_MIN ? distances : distances.map((value) => (value * 255) / most);
}

/** N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", 1979. */
function threshold(values: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  const total = counts.reduce((sum, count, value) => sum + count * value, 0);
  let [best, most, below, sumBelow] = [0, 0, 0, 0];
  counts.forEach((count, value) => {
    below += count;
    sumBelow += count * value;
    const above = values.length - below;
    if (below === 0 || above === 0) return;
    const apart = sumBelow / below - (total - sumBelow) / above;
    const between = below * above * apart ** 2;
    if (between > most) [best, most] = [value + 1, between];
  });
  return best;
}

/** Around the parts that are large enough to be of the digit. */
function boxOf(ink: Uint8Array, width: number, height: number, from: number): Box {
  const parts = partsOf(ink, width, height, from);
  const least = Math.max(...parts.map(({ count }) => count)) * PART_MIN;
  const kept = parts.filter(({ count }) => count >= least);
  const left = Math.min(...kept.map((part) => part.left));
  const top = Math.min(...kept.map((part) => part.top));
  const right = Math.max(...kept.map((part) => part.right));
  const bottom = Math.max(...kept.map((part) => part.bottom));
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function partsOf(ink: Uint8Array, width: number, height: number, from: number) {
  const seen = new Uint8Array(ink.length);
  const parts: { count: number; left: number; right: number; top: number; bottom: number }[] = [];
  for (let start = 0; start < ink.length; start += 1) {
    if (seen[start] === 1 || (ink[start] ?? 0) < from) continue;
    const part = { count: 0, left: width, right: 0, top: height, bottom: 0 };
    const stack = [start];
    seen[start] = 1;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      part.count += 1;
      part.left = Math.min(part.left, x);
      part.right = Math.max(part.right, x);
      part.top = Math.min(part.top, y);
      part.bottom = Math.max(part.bottom, y);
      for (let nearY = Math.max(0, y - 1); nearY <= Math.min(height - 1, y + 1); nearY += 1) {
        for (let nearX = Math.max(0, x - 1); nearX <= Math.min(width - 1, x + 1); nearX += 1) {
          const near = nearY * width + nearX;
          if (seen[near] === 1 || (ink[near] ?? 0) < from) continue;
          seen[near] = 1;
          stack.push(near);
        }
      }
    }
    parts.push(part);
  }
  return parts;
}

/** So that its longer side is DIGIT_SIDE. */
function scaled(ink: Uint8Array, stride: number, box: Box): Ink {
  const data = new Uint8Array(box.width * box.height * 3);
  for (let at = 0; at < box.width * box.height; at += 1) {
    const [x, y] = [at % box.width, Math.floor(at / box.width)];
    data.fill(ink[(box.top + y) * stride + box.left + x] ?? 0, at * 3, at * 3 + 3);
  }
  const scale = DIGIT_SIDE / Math.max(box.width, box.height);
  const size = (side: number) => Math.max(1, Math.round(side * scale));
  const {
    width,
    height,
    data: colours,
  } = resizePicture(
    { width: box.width, height: box.height, data },
    size(box.width),
    size(box.height),
  );
  return { width, height, data: colours.filter((_, at) => at % 3 === 0) };
}

/** With its centre of mass in the middle, as far as it stays inside. */
function placed({ width, height, data }: Ink): Float32Array {
  let [mass, sumX, sumY] = [0, 0, 0];
  data.forEach((value, at) => {
    mass += value;
    sumX += value * (at % width);
    sumY += value * Math.floor(at / width);
  });
  const place = (sum: number, side: number) =>
    Math.min(SIDE - side, Math.max(0, Math.round((SIDE - 1) / 2 - sum / mass)));
  const [left, top] = [place(sumX, width), place(sumY, height)];
  const most = data.reduce((max, value) => Math.max(max, value), 1);
  const digit = new Float32Array(SIDE * SIDE);
  data.forEach((value, at) => {
    const [x, y] = [left + (at % width), top + Math.floor(at / width)];
    digit[y * SIDE + x] = value / most;
  });
  return digit;
}
