import { decodePicture } from '../shared/pictures/decode-picture.ts';
import { type BytesInput, InputError, type Surroundings } from '../shared/program.ts';
import { centredDigit } from './centred-digit.ts';
import { SIDE } from './digit-network.ts';

/** Tells which digit stands in a picture: every digit with its likelihood, the likeliest first. */
export default async function create({ ort, folder }: Surroundings) {
  const session = await ort.InferenceSession.create(`${folder}/weights/digits.onnx`);
  return {
    async call({ bytes }: BytesInput) {
      const digit = centredDigit(decodePicture(bytes));
      if (digit === null) throw new InputError('nothing stands out of the picture');
      const picture = new ort.Tensor('float32', digit, [1, 1, SIDE, SIDE]);
      const { shares } = await session.run({ picture });
      if (!(shares?.data instanceof Float32Array)) throw new Error('the network gave no digits');
      return [...shares.data]
        .map((share, label) => ({ label: `${label}`, score: Math.min(1, Math.max(0, share)) }))
        .toSorted((a, b) => b.score - a.score);
    },
  };
}
