/** Changes with anything in this file or `indexing.ts`, so that the index is built again. */
export const TOKENS_VERSION = 2;

const TOKEN_CHARACTERS_MAX = 64;
/** Scripts that put no spaces between words. */
const DENSE = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}';
const PARTS = new RegExp(`[${DENSE}]+|(?:(?![${DENSE}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');
const IS_DENSE = new RegExp(`^[${DENSE}]`, 'u');

/**
 * One stretch of a text without spaces or marks: `dense` of a script that puts no spaces between words, else one
 * word. `text` is folded as `fold` does.
 */
export type Part = { text: string; dense: boolean };

/** Full width becomes half width (NFKC), capitals become small, accents go: ＡＩ, AI and ai are one. */
export function fold(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase();
  // Only Latin, Greek and Cyrillic lose their marks: in other scripts they make another letter.
  return plain
    .normalize('NFD')
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{Mn}+/gu, '$1')
    .normalize('NFC');
}

/** Whether a text begins in a script that puts no spaces between words. */
export const isDense = (text: string) => IS_DENSE.test(text);

export function partsOf(text: string): Part[] {
  return Array.from(fold(text).matchAll(PARTS), ([part]) => {
    const dense = isDense(part);
    const shown = dense ? part : [...part].slice(0, TOKEN_CHARACTERS_MAX).join('');
    return { text: shown, dense };
  });
}

/**
 * The tokens under which a text is found: each word, and of dense scripts every two characters that
 * follow each other, so that words of two characters are found without a dictionary. A single character
 * is found by its beginning a pair; the last of a stretch begins none and stands alone.
 */
export function tokensOf(text: string): Set<string> {
  const tokens = new Set<string>();
  for (const part of partsOf(text)) {
    if (!part.dense) {
      tokens.add(part.text);
      continue;
    }
    const characters = [...part.text];
    for (const pair of pairsOf(characters)) tokens.add(pair);
    tokens.add(characters.at(-1) ?? '');
  }
  return tokens;
}

export function pairsOf(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
