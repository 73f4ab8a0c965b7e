import { tag } from 'jieba-wasm/web';

/** A word from `start` to before `end`, in UTF-16 units; `entity_group` is its part of speech in ICTCLAS's letters. */
export type Word = { word: string; entity_group: string; start: number; end: number };

const WORD_LENGTH_MAX = 200;
const WORDS_MAX = 20_000;

/** What the dictionary would cut apart: numbers with separators, dates and times, addresses of mail and of pages. */
const whole = [
  String.raw`https?:\/\/[!-~]{1,180}`,
  String.raw`[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}\.[A-Za-z]{2,10}`,
  String.raw`[0-9]{1,30}(?:[.,:\/-][0-9]{1,30}){1,5}%?`,
].join('|');

/**
 * The words of a text in order, spaces left out: jieba's dictionary and its hidden Markov model for what is not in it
 * (https://github.com/fxsjy/jieba). The WebAssembly has to be there.
 */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  for (const found of text.matchAll(new RegExp(whole, 'g'))) {
    cutInto(words, text, at, found.index);
    at = found.index + found[0].length;
    add(words, text, { start: found.index, end: at, group: /^[0-9]/.test(found[0]) ? 'm' : 'eng' });
  }
  cutInto(words, text, at, text.length);
  return words.slice(0, WORDS_MAX);
}

function cutInto(words: Word[], text: string, from: number, to: number): void {
  if (from === to) return;
  let start = from;
  for (const { word, tag: group } of tag(text.slice(from, to), true)) {
    const end = start + word.length;
    add(words, text, { start, end, group });
    start = end;
  }
}

/** What is longer than an answer can hold, such as a line of one letter, is given in parts. */
function add(words: Word[], text: string, found: { start: number; end: number; group: string }) {
  for (let start = found.start; start < found.end; start += WORD_LENGTH_MAX) {
    const end = Math.min(found.end, start + WORD_LENGTH_MAX);
    const word = text.slice(start, end);
    if (word.trim() !== '') words.push({ word, entity_group: found.group, start, end });
  }
}
