import { decodePicture } from '../shared/pictures/decode-picture.ts';
import type { Picture } from '../shared/pictures/picture.ts';
import { pictureValues } from '../shared/pictures/picture-values.ts';
import { resizePicture } from '../shared/pictures/resize-picture.ts';
import { type BytesInput, numberOf, type Surroundings } from '../shared/program.ts';
import { type Box, faceBoxes, STRIDE } from './face-boxes.ts';

/** The network halves a picture five times. */
const WHOLE = 32;
const SIDE = { usual: 1_024, min: 160, max: 1_920 };
const SCORE = { usual: 0.35, min: 0.05, max: 1 };

/** Values as they are, from 0 to 255: the network has its own scale. */
const normalisation = {
  order: 'rgb',
  mean: [0, 0, 0],
  deviation: [1 / 255, 1 / 255, 1 / 255],
} as const;

/** Finds faces; a call may set `scoreMin`, and `sideMax` for small faces in large pictures. */
export default async function create({ ort, folder, options }: Surroundings) {
  const session = await ort.InferenceSession.create(`${folder}/weights/faces.onnx`, {
    // Every picture is of another size: plans and arenas for sizes seen would only grow.
    enableMemPattern: false,
    enableCpuMemArena: false,
  });
  const usual = numberOf(options, 'sideMax', SIDE);
  return {
    async call({ bytes, parameters }: BytesInput) {
      const scoreMin = numberOf(parameters, 'scoreMin', SCORE);
      const sideMax = numberOf(parameters, 'sideMax', { ...SIDE, usual });
      const picture = decodePicture(bytes);
      const looked = lookedAt(picture, sideMax);
      const [rows, columns] = [looked.height / STRIDE, looked.width / STRIDE];
      const values = new Float32Array(3 * looked.width * looked.height);
      pictureValues(looked, normalisation, values);
      const input = new ort.Tensor('float32', values, [1, 3, looked.height, looked.width]);
      const { heat, sizes, offsets } = await session.run({ picture: input });
      const maps = {
        ...{ rows, columns },
        ...{ heat: floats(heat?.data), sizes: floats(sizes?.data), offsets: floats(offsets?.data) },
      };
      return faceBoxes(maps, scoreMin).map(({ score, box }) => ({
        ...{ label: 'face', score },
        box: scaled(box, picture.width / looked.width, picture.height / looked.height),
      }));
    },
  };
}

/** With sides that the network can halve, the longer of at most about `sideMax`. */
function lookedAt(picture: Picture, sideMax: number): Picture {
  const scale = Math.min(1, sideMax / Math.max(picture.width, picture.height));
  const whole = (side: number) => Math.max(WHOLE, Math.ceil((side * scale) / WHOLE) * WHOLE);
  return resizePicture(picture, whole(picture.width), whole(picture.height));
}

const scaled = ({ xmin, ymin, xmax, ymax }: Box, across: number, down: number): Box => ({
  xmin: xmin * across,
  ymin: ymin * down,
  xmax: xmax * across,
  ymax: ymax * down,
});

function floats(data: unknown): Float32Array {
  if (!(data instanceof Float32Array)) throw new Error('the network gave no maps');
  return data;
}
