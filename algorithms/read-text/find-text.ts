import type { Picture, Point, Quadrilateral } from '../shared/pictures/picture.ts';
import { type Normalisation, pictureValues } from '../shared/pictures/picture-values.ts';
import { resizePicture } from '../shared/pictures/resize-picture.ts';
import type { InferenceSession, Ort } from '../shared/program.ts';
import { textBoxes } from './text-boxes.ts';

/** What the detector was taught with: PaddleOCR, `configs/det/ch_PP-OCRv4`, NormalizeImage, on blue, green, red. */
const normalisation: Normalisation = {
  order: 'bgr',
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};
/** Both sides are multiples of the network's last stride. */
const STRIDE = 32;

/** The boxes of lines in pixels of the picture; it is looked at with a longer side of at most `sideMax`. */
export async function findText(
  { Tensor }: Pick<Ort, 'Tensor'>,
  session: InferenceSession,
  picture: Picture,
  sideMax: number,
): Promise<readonly Quadrilateral[]> {
  const scale = Math.min(1, sideMax / Math.max(picture.width, picture.height));
  const [width, height] = [whole(picture.width * scale), whole(picture.height * scale)];
  const values = new Float32Array(3 * width * height);
  pictureValues(resizePicture(picture, width, height), normalisation, values);
  const input = new Tensor('float32', values, [1, 3, height, width]);
  const [name = ''] = session.inputNames;
  const results = await session.run({ [name]: input });
  const data = results[session.outputNames[0] ?? '']?.data;
  if (!(data instanceof Float32Array)) throw new Error('the detector gave no map');
  const inPicture = ([x, y]: Point): Point => [
    clamp((x * picture.width) / width, picture.width),
    clamp((y * picture.height) / height, picture.height),
  ];
  return textBoxes({ width, height, data }).map(([a, b, c, d]) => [
    inPicture(a),
    inPicture(b),
    inPicture(c),
    inPicture(d),
  ]);
}

const whole = (side: number) => Math.max(STRIDE, Math.round(side / STRIDE) * STRIDE);
const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
