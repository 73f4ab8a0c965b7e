import { FILE_BYTES_MAX, type Made, type Source } from './asked.ts';
import { jpegOrientation, type Size, sentSize } from './picture-size.ts';

const QUALITY = 0.95;
const SENT_AS_IS = ['image/jpeg', 'image/png'];

/**
 * A picture as it is sent: JPEG and PNG as they are where they are small enough and upright, any other that the browser
 * can read as a JPEG on white.
 */
export async function askPicture(file: File, source: Source): Promise<Made> {
  if (file.size > FILE_BYTES_MAX) return { notSent: 'fileTooLarge' };
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return { notSent: 'pictureUnreadable' };
  const original = { width: bitmap.width, height: bitmap.height };
  const sent = sentSize(original);
  const upright = jpegOrientation(new Uint8Array(await file.arrayBuffer())) === 1;
  const asItIs = SENT_AS_IS.includes(file.type) && upright && sent.width === original.width;
  const body = asItIs ? file : await redraw(bitmap, sent);
  bitmap.close();
  if (body === null) return { notSent: 'pictureUnreadable' };
  return {
    asked: {
      body,
      mediaType: asItIs ? file.type : 'image/jpeg',
      fileName: asItIs ? file.name : `${file.name.replace(/\.\w+$/, '')}-${sent.width}.jpg`,
      source: asItIs ? source : { kind: 'made' },
      shown: { kind: 'image', original, sent },
    },
  };
}

async function redraw(bitmap: ImageBitmap, { width, height }: Size): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const drawing = canvas.getContext('2d');
  if (drawing === null) return null;
  drawing.fillStyle = 'white';
  drawing.fillRect(0, 0, width, height);
  drawing.drawImage(bitmap, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
}
