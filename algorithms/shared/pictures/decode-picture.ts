import { decode as decodeJpegBytes } from 'jpeg-js';
import { InputError } from '../program.ts';
import { decodePng } from './decode-png.ts';
import { orientationOf } from './exif-orientation.ts';
import { orientPicture } from './orient-picture.ts';
import { PIXELS_MAX, type Picture } from './picture.ts';

const MEBIBYTES_MAX = 1_500;

/**
 * A JPEG or PNG as people see it: turned as its EXIF orientation says, transparency on white. The bytes decide the
 * format, not what the caller calls it. Throws InputError where the picture is of another kind, broken, or has
 * more than PIXELS_MAX pixels.
 */
export function decodePicture(bytes: Uint8Array): Picture {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return decodeJpeg(bytes);
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) {
    return attempt('PNG', () => decodePng(bytes));
  }
  throw new InputError('the picture is neither a JPEG nor a PNG');
}

function decodeJpeg(bytes: Uint8Array): Picture {
  const { width, height, data } = attempt('JPEG', () =>
    decodeJpegBytes(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: PIXELS_MAX / 1e6,
      maxMemoryUsageInMB: MEBIBYTES_MAX,
    }),
  );
  if (width < 1 || height < 1) throw new InputError('the picture has no pixels');
  return orientPicture({ width, height, data }, orientationOf(bytes));
}

/** The decoders throw plain errors of their own for whatever they cannot read. */
function attempt<T>(format: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? error.message : '';
    if (/limit exceeded/.test(reason)) {
      throw new InputError(`the ${format} has more than ${PIXELS_MAX / 1e6} million pixels`);
    }
    const line = reason.replaceAll(/\s+/g, ' ').slice(0, 120);
    throw new InputError(`the ${format} cannot be read: ${line}`, { cause: error });
  }
}

const startsWith = (bytes: Uint8Array, start: readonly number[]) =>
  start.every((byte, index) => bytes[index] === byte);
