import { crc32, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { cropQuadrilateral } from './crop-quadrilateral.ts';
import { decodePicture } from './decode-picture.ts';
import type { Picture } from './picture.ts';
import { pictureValues } from './picture-values.ts';
import { resizePicture } from './resize-picture.ts';

const pixel = ({ width, data }: Picture, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** Red, green over blue, white: no two corners alike. */
const four: Picture = {
  width: 2,
  height: 2,
  data: Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]),
};

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function png(size: readonly [number, number], kind: readonly [number, number], parts: Buffer[]) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size[0], 0);
  head.writeUInt32BE(size[1], 4);
  head.set(kind, 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const end = chunk('IEND', Buffer.alloc(0));
  return Buffer.concat([signature, chunk('IHDR', head), ...parts, end]);
}

const packed = (bytes: Uint8Array | number[]) => chunk('IDAT', deflateSync(Uint8Array.from(bytes)));

/** A JPEG of 16 × 8 whose left half is red, and which says that orientation. */
function jpegOf(orientation: number): Buffer {
  const data = Buffer.alloc(16 * 8 * 4, 255);
  for (let y = 0; y < 8; y += 1) {
    for (let x = 0; x < 16; x += 1) data.set(x < 8 ? [255, 0, 0] : [0, 0, 255], (y * 16 + x) * 4);
  }
  const plain = encodeJpeg({ width: 16, height: 8, data }, 95).data;
  const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, ...entry, 0, 0, 0, 0];
  const body = [...Buffer.from('Exif\0\0'), ...tiff];
  const marker = Buffer.from([0xff, 0xe1, 0, body.length + 2, ...body]);
  return Buffer.concat([plain.subarray(0, 2), marker, plain.subarray(2)]);
}

describe('decoding', () => {
  it('reads PNGs of every kind, transparency on white', () => {
    const rgba = Uint8Array.from([255, 0, 0, 255, 0, 0, 0, 0]);
    const colour = decodePicture(encodePng({ width: 2, height: 1, data: rgba, channels: 4 }));
    expect([pixel(colour, 0, 0), pixel(colour, 1, 0)]).toEqual([
      [255, 0, 0],
      [255, 255, 255],
    ]);
    const bits = decodePicture(
      png([10, 2], [1, 0], [packed([0, 0b10000000, 0b01000000, 0, 0, 0])]),
    );
    expect([0, 1, 9].map((x) => pixel(bits, x, 0)[0])).toEqual([255, 0, 255]);
    const palette = chunk('PLTE', Buffer.from([1, 2, 3, 9, 8, 7]));
    const named = decodePicture(png([3, 1], [2, 3], [palette, packed([0, 0b01000100])]));
    expect([0, 1, 2].map((x) => pixel(named, x, 0))).toEqual([
      [9, 8, 7],
      [1, 2, 3],
      [9, 8, 7],
    ]);
    const deep = Uint16Array.from([0xffff, 0x8000]);
    const grey = encodePng({ width: 2, height: 1, data: deep, channels: 1, depth: 16 });
    expect(pixel(decodePicture(grey), 1, 0)).toEqual([128, 128, 128]);
  });

  it('turns a JPEG as it says', () => {
    const reddish = (picture: Picture, x: number, y: number) =>
      (pixel(picture, x, y)[0] ?? 0) > 128;
    const seen = [1, 2, 3, 6, 8].map((orientation) => {
      const picture = decodePicture(jpegOf(orientation));
      const { width, height } = picture;
      return [width, height, reddish(picture, 1, 1), reddish(picture, width - 2, height - 2)];
    });
    expect(seen).toEqual([
      [16, 8, true, false],
      [16, 8, false, true],
      [16, 8, false, true],
      [8, 16, true, false],
      [8, 16, false, true],
    ]);
  });

  it('refuses what is broken, too large or swells, in one short line', () => {
    const large = png([60_000, 60_000], [8, 0], [packed([0])]);
    const bomb = png([4, 4], [8, 0], [packed(new Uint8Array(50_000_000))]);
    const short = jpegOf(1).subarray(0, 200);
    const colourless = png([3, 1], [2, 3], [chunk('PLTE', Buffer.alloc(3)), packed([0, 0xff])]);
    const none = Buffer.alloc(0);
    for (const bytes of [large, bomb, short, colourless, none, Buffer.from('GIF89a')]) {
      expect(() => decodePicture(bytes)).toThrow(
        expect.objectContaining({
          name: 'InputError',
          message: expect.stringMatching(/^[^\n]{10,300}$/),
        }),
      );
    }
  });

  it('never fails otherwise, whatever byte is changed', () => {
    const sound = [jpegOf(6), encodePng({ width: 2, height: 2, data: four.data, channels: 3 })];
    fc.assert(
      fc.property(fc.constantFrom(...sound), fc.nat(), fc.nat(255), (bytes, place, value) => {
        const changed = Uint8Array.from(bytes);
        changed[place % changed.length] = value;
        try {
          decodePicture(changed);
        } catch (error) {
          expect(error).toMatchObject({ name: 'InputError' });
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('resizing', () => {
  it('keeps the mean of what shrinks, and plain colour plain', () => {
    const mixed = resizePicture(four, 1, 1);
    expect(pixel(mixed, 0, 0)).toEqual([128, 128, 128]);
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, size, (width, height, newWidth, newHeight) => {
        const plain = { width, height, data: new Uint8Array(width * height * 3).fill(77) };
        const other = resizePicture(plain, newWidth, newHeight);
        expect(other.data).toEqual(new Uint8Array(newWidth * newHeight * 3).fill(77));
      }),
    );
  });
});

describe('cropping', () => {
  it('draws the corners into the corners', () => {
    const upright = cropQuadrilateral(
      four,
      [
        [2, 0],
        [2, 2],
        [0, 2],
        [0, 0],
      ],
      2,
      2,
    );
    expect([pixel(upright, 0, 0), pixel(upright, 1, 0)]).toEqual([
      [0, 255, 0],
      [255, 255, 255],
    ]);
    const whole = cropQuadrilateral(
      four,
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 2],
      ],
      2,
      2,
    );
    expect(whole.data).toEqual(four.data);
  });
});

describe('values', () => {
  it('are planes in the order asked for, and leave the rest of a row', () => {
    const into = new Float32Array(3 * 2 * 3).fill(9);
    const half = [0.5, 0.5, 0.5] as const;
    pictureValues(four, { order: 'bgr', mean: half, deviation: half }, into, 0, 3);
    expect([...into.subarray(0, 6)]).toEqual([-1, -1, 9, 1, 1, 9]);
    expect([...into.subarray(12, 15)]).toEqual([1, -1, 9]);
  });
});
