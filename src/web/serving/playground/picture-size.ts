/** Sizes of pictures, and the way up that a JPEG asks for. Pure. */

export type Size = { width: number; height: number };

/** In pixels; models look at less, and the rest of a photograph is only slow to send. */
export const LONGEST_SIDE_MAX = 2_000;

/** As large as may be sent, of the same form; itself where it is small enough. */
export function sentSize({ width, height }: Size): Size {
  const scale = Math.min(1, LONGEST_SIDE_MAX / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

/** A point of the picture that was sent, in pixels of the one that was chosen. */
export function inOriginal(point: readonly [number, number], sent: Size, original: Size) {
  const [x, y] = point;
  return [
    Math.round((x * original.width) / sent.width),
    Math.round((y * original.height) / sent.height),
  ] as const;
}

const EXIF = 0xffe1;
const SCAN = 0xffda;
const ORIENTATION = 0x0112;

/**
 * The orientation that the EXIF part of a JPEG names (CIPA DC-008, tag 0x0112): 1 is upright, and is given where none is
 * named. Browsers turn a picture by it, decoders on servers often do not, so anything but 1 is turned before it is sent.
 */
export function jpegOrientation(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 4 || view.getUint16(0) !== 0xffd8) return 1;
  for (let at = 2; at + 4 <= file.length; ) {
    const marker = view.getUint16(at);
    if (marker < 0xff00 || marker === SCAN) return 1;
    const length = view.getUint16(at + 2);
    if (marker === EXIF) {
      const found = exifOrientation(file.subarray(at + 4, at + 2 + length));
      if (found !== null) return found;
    }
    at += 2 + length;
  }
  return 1;
}

function exifOrientation(part: Uint8Array): number | null {
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  const tiff = 6;
  if (part.length < tiff + 8 || view.getUint32(0) !== 0x45786966) return null;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > part.length) return null;
  const count = view.getUint16(directory, little);
  for (let entry = 0; entry < count; entry += 1) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > part.length) return null;
    if (view.getUint16(at, little) === ORIENTATION) return view.getUint16(at + 8, little);
  }
  return null;
}
