import { fold, isDense, type Part } from './tokens.ts';

/** A piece of text; `hit` where it is what was looked for. */
export type Piece = { text: string; hit: boolean };

const BEFORE = 30;
const LENGTH = 140;

type Folded = {
  text: string /** Place in the original of each folded code unit, and its end. */;
  at: number[];
};

/** Folds character by character, to know where each folded one came from. */
function foldWithPlaces(original: string): Folded {
  let text = '';
  const at: number[] = [];
  let place = 0;
  for (const character of original) {
    const folded = foldCharacter(character);
    for (let unit = 0; unit < folded.length; unit += 1) at.push(place);
    text += folded;
    place += character.length;
  }
  at.push(place);
  return { text, at };
}

/** As `fold`, without its cost for the two kinds of characters that nearly all text is made of. */
function foldCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x80) return character.toLowerCase();
  return code >= 0x4e00 && code <= 0x9fff ? character : fold(character);
}

type Hit = { start: number; end: number };

function hitsIn({ text, at }: Folded, parts: readonly Part[]): Hit[] {
  const hits: Hit[] = [];
  for (const part of parts) {
    for (
      let from = text.indexOf(part.text);
      from !== -1 && hits.length < 200;
      from = text.indexOf(part.text, from + part.text.length)
    ) {
      if (!part.dense && isInsideWord(text, from, part)) continue;
      const start = at[from] ?? 0;
      // The last character as a whole, though only part of what it folds to was hit.
      let after = from + part.text.length;
      while (after < text.length && at[after] === at[after - 1]) after += 1;
      hits.push({ start, end: at[after] ?? start });
    }
  }
  return hits.sort((left, right) => left.start - right.start);
}

/** Words are found by their beginning, and words of one letter only as they are. */
function isInsideWord(text: string, from: number, part: Part): boolean {
  const before = [...text.slice(Math.max(0, from - 2), from)].at(-1) ?? '';
  const after = text.slice(from + part.text.length, from + part.text.length + 2);
  const joins = (neighbour: string) => /^[\p{L}\p{N}]/u.test(neighbour) && !isDense(neighbour);
  return joins(before) || ([...part.text].length === 1 && joins(after));
}

/** Those of the parts that a text has, by the same rules as the index. */
export function partsFoundIn(original: string, parts: readonly Part[]): string[] {
  const folded = { text: fold(original), at: [] };
  return parts.filter((part) => hitsIn(folded, [part]).length > 0).map((part) => part.text);
}

/**
 * Some hundred characters around the first hit in the first text that has one, with the hits marked;
 * else the beginning of the first text that is not empty. Line breaks become spaces.
 */
export function snippetOf(texts: readonly string[], parts: readonly Part[]): Piece[] {
  const flat = texts.map((text) => text.replace(/\s+/g, ' ').trim()).filter((text) => text !== '');
  for (const text of flat) {
    const hits = hitsIn(foldWithPlaces(text), parts);
    if (hits[0]) return cut(text, hits, hits[0].start);
  }
  return flat[0] ? cut(flat[0], [], 0) : [];
}

function cut(text: string, hits: readonly Hit[], around: number): Piece[] {
  const start = boundary(text, around > BEFORE + 10 ? around - BEFORE : 0);
  const end = boundary(text, Math.min(text.length, start + LENGTH));
  const pieces: Piece[] = start > 0 ? [{ text: '…', hit: false }] : [];
  let place = start;
  for (const hit of hits) {
    const from = Math.max(place, hit.start);
    const to = Math.min(end, hit.end);
    if (from >= to) continue;
    if (from > place) pieces.push({ text: text.slice(place, from), hit: false });
    pieces.push({ text: text.slice(from, to), hit: true });
    place = to;
  }
  if (place < end) pieces.push({ text: text.slice(place, end), hit: false });
  if (end < text.length) pieces.push({ text: '…', hit: false });
  return pieces;
}

/** Never between the halves of one character. */
function boundary(text: string, place: number): number {
  const unit = text.charCodeAt(place);
  return unit >= 0xdc00 && unit <= 0xdfff ? place - 1 : place;
}
