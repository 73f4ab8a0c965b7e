import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, type Surroundings } from '../shared/program.ts';
import { type TextsInput, textsOf } from '../shared/text-input.ts';
import { readSentencePieces } from '../shared/text-sentence-pieces.ts';
import { encoderModel, PIECE_SIZE } from './encoder-graph.ts';
import { floatsOf, readNpz } from './npz.ts';

/** Vectors of pieces lie in so many tables, each with a scale of its own: piece by piece in turn. */
const TABLES = 17;
const BEGIN = 1;
const END = 2;
const CHARACTERS_MAX = 400_000;
/** Of all texts of a call: some seconds of work. */
const PIECES_MAX = 50_000;

/** What sentences mean, as vectors whose product says how alike they are. */
export default async function create({ ort, folder }: Surroundings) {
  const sentencePieces = readSentencePieces(await readFile(join(folder, 'sentence-pieces.model')));
  const weights = readNpz(await readFile(join(folder, 'weights.npz')));
  const tables = Array.from({ length: TABLES }, (_, place) => weights(`q${place + 1}`).bytes);
  const [scales, least] = [floatsOf(weights('scale')), floatsOf(weights('lo'))];
  const session = await ort.InferenceSession.create(encoderModel(weights), {
    intraOpNumThreads: 1,
  });

  const vectorsOf = (pieces: readonly number[]): Float32Array => {
    const vectors = new Float32Array(pieces.length * PIECE_SIZE);
    for (const [place, piece] of pieces.entries()) {
      const table = piece % TABLES;
      const from = Math.floor(piece / TABLES) * PIECE_SIZE;
      const row = tables[table]?.subarray(from, from + PIECE_SIZE) ?? [];
      const [scale, lowest] = [scales[table] ?? 0, least[table] ?? 0];
      for (let at = 0; at < PIECE_SIZE; at += 1) {
        vectors[place * PIECE_SIZE + at] = (row[at] ?? 0) * scale + lowest;
      }
    }
    return vectors;
  };
  return {
    async call(input: TextsInput) {
      const texts = textsOf(input, { charactersMax: CHARACTERS_MAX });
      const cut = texts.map((text) => [BEGIN, ...sentencePieces.encode(text), END]);
      const tokens = cut.reduce((sum, pieces) => sum + pieces.length, 0);
      if (tokens > PIECES_MAX) {
        throw new InputError(
          `the texts of one call have ${tokens} tokens; ${PIECES_MAX} are the most`,
        );
      }
      const embeddings: number[][] = [];
      for (const pieces of cut) {
        const { sentence } = await session.run({
          pieces: new ort.Tensor('float32', vectorsOf(pieces), [1, pieces.length, PIECE_SIZE]),
          root: new ort.Tensor('float32', Float32Array.of(Math.sqrt(pieces.length)), [1]),
        });
        if (!sentence) throw new Error('the model answered something else');
        embeddings.push(Array.from(sentence.data, Number));
      }
      return { embeddings, tokens };
    },
  };
}
