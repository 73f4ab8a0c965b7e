import { normalise, readCharsmap } from './text-charsmap.ts';

/** A SentencePiece model of the kind *unigram*: cuts a text into the numbers of its likeliest pieces. */
export type SentencePieces = { size: number; encode(text: string): number[] };

/** By their numbers, in every model made with SentencePiece's usual settings. */
const UNKNOWN = 0;
/** A character that is in no piece costs so much more than the unlikeliest piece (`kUnkPenalty`). */
const UNKNOWN_PENALTY = 10;

/**
 * Reads a model of SentencePiece (`sentencepiece_model.proto`): field 1 the pieces, each with its text and log probability.
 * Where the normalisation stands depends on the age of the file: field 3 (`normalizer_spec`), or 2 before 2018.
 */
export function readSentencePieces(bytes: Uint8Array): SentencePieces {
  const decoder = new TextDecoder();
  const known = new Map<string, number>();
  const scores: number[] = [];
  let map: Uint8Array | null = null;
  for (const { field, value } of fieldsOf(bytes)) {
    const inner = field <= 3 ? [...fieldsOf(value)] : [];
    if (field === 1) {
      const text = decoder.decode(inner.find((part) => part.field === 1)?.value);
      const score = inner.find((part) => part.field === 2)?.value;
      for (let end = 1; end < text.length; end += 1) {
        const beginning = text.slice(0, end);
        if (!known.has(beginning)) known.set(beginning, -1);
      }
      known.set(text, scores.length);
      scores.push(score ? new DataView(score.buffer, score.byteOffset, 4).getFloat32(0, true) : 0);
    } else {
      const found = inner.find((part) => part.field === 2)?.value;
      if (found && found.length > 1_000) map = found;
    }
  }
  if (!map || scores.length === 0) throw new Error('this is no model of SentencePiece');
  const charsmap = readCharsmap(map);
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), 0) - UNKNOWN_PENALTY;
  const lattice = { known, scores, unknownScore };
  return {
    size: scores.length,
    encode(text) {
      const plain = normalise(text, charsmap);
      return plain === '' ? [UNKNOWN] : likeliest(plain, lattice);
    },
  };
}

type Lattice = {
  /** The number of each piece; -1 for what only begins one. */
  known: ReadonlyMap<string, number>;
  scores: readonly number[];
  unknownScore: number;
};

/** The pieces with the greatest sum of scores (Viterbi); the one that begins earlier where two are equal. */
function likeliest(text: string, { known, scores, unknownScore }: Lattice): number[] {
  const best = new Float64Array(text.length + 1).fill(Number.NEGATIVE_INFINITY);
  const from = new Int32Array(text.length + 1);
  const piece = new Int32Array(text.length + 1);
  best[0] = 0;
  const offer = (start: number, end: number, number: number, score: number) => {
    const sum = (best[start] ?? 0) + score;
    if (sum <= (best[end] ?? 0)) return;
    best[end] = sum;
    from[end] = start;
    piece[end] = number;
  };
  for (let start = 0; start < text.length; ) {
    const next = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
    let isAlone = true;
    for (let end = start + 1; end <= text.length; end += 1) {
      const number = known.get(text.slice(start, end));
      if (number === undefined) break;
      if (number < 0) continue;
      offer(start, end, number, scores[number] ?? 0);
      if (end === next) isAlone = false;
    }
    if (isAlone) offer(start, next, UNKNOWN, unknownScore);
    start = next;
  }
  const numbers: number[] = [];
  for (let end = text.length; end > 0; end = from[end] ?? 0) numbers.push(piece[end] ?? UNKNOWN);
  return numbers.reverse();
}

/** The fields of a protocol buffer that have bytes, those of fixed 32 bits among them. */
function* fieldsOf(bytes: Uint8Array): Generator<{ field: number; value: Uint8Array }> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key % 8;
    if (wire === 0) varint();
    if (wire === 0) continue;
    const length = wire === 2 ? varint() : wire === 5 ? 4 : 8;
    yield { field: Math.floor(key / 8), value: bytes.subarray(at, at + length) };
    at += length;
  }
}
