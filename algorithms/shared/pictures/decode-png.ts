import { inflateSync } from 'node:zlib';
import { type DecodedPng, decode } from 'fast-png';
import { InputError } from '../program.ts';
import { emptyPicture, PIXELS_MAX, type Picture } from './picture.ts';

/** https://www.w3.org/TR/png-3/#11Chunks : what the pixels need. Texts and profiles are not even unpacked. */
const KEPT = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
const SIGNATURE_BYTES = 8;
/** Length, type and checksum around each chunk. */
const FRAME_BYTES = 12;
/** Channels by colour type, https://www.w3.org/TR/png-3/#table111 */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A PNG of any kind, on white. Throws where it is broken; InputError where it is too large. */
export function decodePng(bytes: Uint8Array): Picture {
  const chunks = chunksOf(bytes);
  const head = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (head === undefined || head.length < 13) throw new Error('it has no header');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width < 1 || height < 1) throw new InputError('the picture has no pixels');
  if (width * height > PIXELS_MAX) {
    throw new InputError(`the PNG has more than ${PIXELS_MAX / 1e6} million pixels`);
  }
  const bitsAPixel = view.getUint8(8) * (CHANNELS[view.getUint8(9)] ?? 0);
  // A row has one byte of filter; Adam7 has at most fifteen short rows for eight.
  const unpackedMax = Math.ceil((width * bitsAPixel) / 8 + 8) * height * 2;
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  inflateSync(Buffer.concat(packed), { maxOutputLength: unpackedMax });
  const kept = chunks.filter(({ type }) => KEPT.has(type)).map(({ whole }) => whole);
  return onWhite(decode(Buffer.concat([bytes.subarray(0, SIGNATURE_BYTES), ...kept])));
}

type Chunk = { type: string; data: Uint8Array; whole: Uint8Array };

function chunksOf(bytes: Uint8Array): readonly Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= bytes.length; ) {
    const length = view.getUint32(at);
    const end = at + FRAME_BYTES + length;
    if (end > bytes.length) throw new Error('it ends too early');
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, end - 4);
    chunks.push({ type, data, whole: bytes.subarray(at, end) });
    at = end;
  }
  return chunks;
}

/** Of grey, colour or palette, with or without alpha, of 1 to 16 bits a sample. */
function onWhite(png: DecodedPng): Picture {
  const { width, height, channels, palette } = png;
  const picture = emptyPicture(width, height);
  const sample = sampler(png);
  for (let pixel = 0, at = 0; pixel < width * height; pixel += 1, at += 3) {
    let red = sample(pixel, 0);
    let [green, blue, alpha] = [red, red, 255];
    if (palette !== undefined) {
      const colour = palette[red];
      if (colour === undefined) throw new Error('it names a colour that it does not have');
      [red = 0, green = 0, blue = 0, alpha = 255] = colour;
    } else if (channels > 2) {
      green = sample(pixel, 1);
      blue = sample(pixel, 2);
      if (channels === 4) alpha = sample(pixel, 3);
    } else if (channels === 2) {
      alpha = sample(pixel, 1);
    }
    const white = 255 - alpha;
    picture.data[at] = white + (red * alpha) / 255;
    picture.data[at + 1] = white + (green * alpha) / 255;
    picture.data[at + 2] = white + (blue * alpha) / 255;
  }
  return picture;
}

/** From 0 to 255, or the number of the colour where there is a palette. */
function sampler(png: DecodedPng): (pixel: number, channel: number) => number {
  const { data, width, channels, depth, palette } = png;
  if (depth === 8) return (pixel, channel) => data[pixel * channels + channel] ?? 0;
  if (depth === 16) return (pixel, channel) => (data[pixel * channels + channel] ?? 0) >> 8;
  // Below eight bits there is one channel, and each row begins at a byte.
  const [rowBytes, most] = [Math.ceil((width * depth) / 8), 2 ** depth - 1];
  const scale = palette === undefined ? 255 / most : 1;
  return (pixel) => {
    const bit = (pixel % width) * depth;
    const byte = data[Math.floor(pixel / width) * rowBytes + (bit >> 3)] ?? 0;
    return ((byte >> (8 - depth - (bit & 7))) & most) * scale;
  };
}
