/** Characters in a row that count, from the shortest to the longest. */
export type NgramRule = {
  shortest: number;
  longest: number;
  buckets: number;
  charactersMax: number;
};

/** FNV-1a with 32 bits (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv), over UTF-16 units. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** What a message says, without what is different in each: addresses, numbers, the amount of space. */
export function plainMessage(text: string, { charactersMax }: Pick<NgramRule, 'charactersMax'>) {
  return text
    .slice(0, 2 * charactersMax)
    .toLowerCase()
    .replace(/[\w.+-]{1,64}@[\w.-]{1,200}/g, '@')
    .replace(/https?:\/\/\S{1,500}/g, '/')
    .replace(/[0-9]/g, '0')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, charactersMax);
}

/** The buckets of the n-grams of a text, each once, in rising order. `buckets` is a power of two. */
export function ngramBuckets(text: string, rule: NgramRule): number[] {
  const { shortest, longest, buckets } = rule;
  const plain = ` ${plainMessage(text, rule)} `;
  const found = new Set<number>();
  for (let start = 0; start < plain.length; start += 1) {
    let hash = OFFSET;
    const end = Math.min(plain.length, start + longest);
    for (let at = start; at < end; at += 1) {
      hash = Math.imul(hash ^ plain.charCodeAt(at), PRIME) >>> 0;
      // The high bits are the better mixed ones.
      if (at - start + 1 >= shortest) found.add((hash ^ (hash >>> 15)) & (buckets - 1));
    }
  }
  return [...found].sort((a, b) => a - b);
}
