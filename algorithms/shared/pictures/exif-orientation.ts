/** From 1 to 8: how the stored rows and columns stand in the picture (EXIF 2.32, tag 0x0112). */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const TAG = 0x0112;
const ENTRY_BYTES = 12;

/** What a JPEG says of its orientation; 1, as stored, where it says nothing that makes sense. */
export function orientationOf(jpeg: Uint8Array): Orientation {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (let at = 2; at + 4 <= jpeg.length && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    const length = view.getUint16(at + 2);
    // From SOS on there is no header.
    if (marker === 0xda || length < 2 || at + 2 + length > jpeg.length) return 1;
    const body = jpeg.subarray(at + 4, at + 2 + length);
    if (marker === 0xe1 && Buffer.from(body.subarray(0, 6)).toString('latin1') === 'Exif\0\0') {
      return orientationIn(body.subarray(6));
    }
    at += 2 + length;
  }
  return 1;
}

/** In a TIFF header and its first directory. */
function orientationIn(tiff: Uint8Array): Orientation {
  if (tiff.length < 10) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const count = view.getUint16(directory, little);
  for (let entry = 0; entry < count; entry += 1) {
    const at = directory + 2 + entry * ENTRY_BYTES;
    if (at + ENTRY_BYTES > tiff.length) return 1;
    if (view.getUint16(at, little) !== TAG) continue;
    return known(view.getUint16(at + 8, little));
  }
  return 1;
}

const known = (value: number): Orientation =>
  value === 2 || value === 3 || value === 4 || value === 5 || value === 6 || value === 7
    ? value
    : value === 8
      ? 8
      : 1;
