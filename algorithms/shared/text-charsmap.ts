/**
 * The normalisation that a SentencePiece model carries (https://github.com/google/sentencepiece, `src/normalizer.cc`): a
 * double array trie of darts-clone (https://github.com/s-yata/darts-clone) over UTF-8, whose values are places of texts that
 * end with a zero byte. Layout: u32 bytes of the trie, the trie as u32 units, the texts; little-endian.
 */
export type Charsmap = { units: Uint32Array; texts: Uint8Array };

const SPACE = 0x20;
/** U+2581, for which a space stands in pieces. */
const MARK = [0xe2, 0x96, 0x81];

export function readCharsmap(bytes: Uint8Array): Charsmap {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(0, true);
  const units = Uint32Array.from({ length: size / 4 }, (_, at) => view.getUint32(4 + at * 4, true));
  return { units, texts: bytes.subarray(4 + size) };
}

/** The text as pieces are sought in it: normalised, each run of spaces one mark, one at the beginning, none at the end. */
export function normalise(text: string, map: Charsmap): string {
  const bytes = new TextEncoder().encode(text);
  const out: number[] = [];
  let afterSpace = true;
  let at = 0;
  while (at < bytes.length) {
    const { length, value } = longestAt(bytes, at, map.units);
    const found = length > 0 ? textAt(map.texts, value) : character(bytes, at);
    at += length > 0 ? length : found.length;
    for (const byte of found) {
      if (byte !== SPACE) {
        if (out.length === 0) out.push(...MARK);
        else if (afterSpace) out.push(...MARK);
        out.push(byte);
      }
      afterSpace = byte === SPACE;
    }
  }
  return new TextDecoder().decode(Uint8Array.from(out));
}

/** The longest key that stands here, and its value; no length where none does. */
function longestAt(bytes: Uint8Array, from: number, units: Uint32Array) {
  let unit = units[0] ?? 0;
  let node = offsetOf(unit);
  let best = { length: 0, value: 0 };
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    node ^= byte;
    unit = units[node] ?? 0;
    // The label is the lowest byte; the highest bit marks a value, which no byte equals.
    if ((unit & 0x800000ff) >>> 0 !== byte) return best;
    node ^= offsetOf(unit);
    if (unit & 0x100) best = { length: at - from + 1, value: (units[node] ?? 0) & 0x7fffffff };
  }
  return best;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function textAt(texts: Uint8Array, from: number): Uint8Array {
  return texts.subarray(from, texts.indexOf(0, from));
}

/** TextEncoder writes whole characters, so that the first byte says how many there are. */
function character(bytes: Uint8Array, at: number): Uint8Array {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return bytes.subarray(at, at + length);
}
