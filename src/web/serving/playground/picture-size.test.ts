import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOriginal, jpegOrientation, LONGEST_SIDE_MAX, sentSize } from './picture-size.ts';

test('a small picture goes as it is, a large one with its longest side at the limit', () => {
  expect(sentSize({ width: 2_000, height: 10 })).toEqual({ width: 2_000, height: 10 });
  expect(sentSize({ width: 4_000, height: 3_000 })).toEqual({ width: 2_000, height: 1_500 });
  expect(sentSize({ width: 1, height: 100_000 })).toEqual({ width: 1, height: LONGEST_SIDE_MAX });
});

test('a corner that was found lies in the original where it lay in what was sent', () => {
  const side = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const original = { width, height };
      const sent = sentSize(original);
      expect(inOriginal([sent.width, sent.height], sent, original)).toEqual([width, height]);
      expect(inOriginal([0, 0], sent, original)).toEqual([0, 0]);
    }),
  );
});

/** The beginning of a JPEG with an EXIF part that names one tag. */
function exif(orientation: number, little: boolean): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xffd8);
  view.setUint16(2, 0xffe1);
  view.setUint16(4, 34);
  view.setUint32(6, 0x45786966);
  view.setUint16(12, little ? 0x4949 : 0x4d4d);
  view.setUint16(14, 42, little);
  view.setUint32(16, 8, little);
  view.setUint16(20, 1, little);
  view.setUint16(22, 0x0112, little);
  view.setUint16(24, 3, little);
  view.setUint32(26, 1, little);
  view.setUint16(30, orientation, little);
  view.setUint16(38, 0xffda);
  return bytes;
}

test('the way up of a photograph is read in both byte orders', () => {
  expect(jpegOrientation(exif(6, true))).toBe(6);
  expect(jpegOrientation(exif(8, false))).toBe(8);
  expect(jpegOrientation(Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2))).toBe(1);
  expect(jpegOrientation(new TextEncoder().encode('no picture'))).toBe(1);
});

test('whatever a file holds, reading its way up ends', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
      const bytes = Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, ...rest);
      expect(jpegOrientation(bytes)).toBeGreaterThanOrEqual(0);
    }),
  );
});
