import { isObject } from './json-object.ts';

/** The texts inside of prompts and answers, for the content check and for estimates of tokens. */

export type FoundText = { place: string; text: string };

const DEPTH_MAX = 32;
/** Names and marks of the protocol itself. */
const structural = new Set(['role', 'type', 'id', 'index', 'object', 'finish_reason', 'logprobs']);

/** A value is nested deeper than anything of the protocol. */
export class TooDeep extends Error {}

/**
 * Every text in a value with its place, in order; the same place in the next chunk of a stream goes on where this one
 * ends. Throws TooDeep.
 */
export function textsOf(value: unknown): FoundText[] {
  const found: FoundText[] = [];
  const look = (one: unknown, place: string, depth: number) => {
    if (depth > DEPTH_MAX) throw new TooDeep('a value is nested too deeply');
    if (typeof one === 'string') {
      if (one !== '') found.push({ place, text: one });
    } else if (Array.isArray(one)) {
      for (const [at, item] of one.entries())
        look(item, `${place}.${indexOf(item, at)}`, depth + 1);
    } else if (isObject(one)) {
      for (const [key, item] of Object.entries(one)) {
        if (!structural.has(key)) look(item, `${place}.${key}`, depth + 1);
      }
    }
  };
  look(value, '', 0);
  return found;
}

/** Choices and calls of tools say themselves which they are. */
function indexOf(item: unknown, at: number): number {
  return isObject(item) && typeof item.index === 'number' ? item.index : at;
}

/**
 * How many tokens a text may be, where nobody has counted them: one for four bytes of UTF-8
 * (https://help.openai.com/en/articles/4936856 gives four characters of English).
 */
export function estimateTokens(texts: readonly FoundText[]): number {
  return Math.ceil(texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / 4);
}
