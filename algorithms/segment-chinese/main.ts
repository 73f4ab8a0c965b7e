import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initSync } from 'jieba-wasm/web';
import { numberOf, type Surroundings } from '../shared/program.ts';
import { type TextsInput, textsOf } from '../shared/text-input.ts';
import { keywordsOf } from './keywords.ts';
import { wordsOf } from './words.ts';

/** Of all texts of a call together; a second and a half of work. */
const CHARACTERS_MAX = 400_000;
const KEYWORDS_MAX = 100;

/** Words with their parts of speech, and keywords, of each text. */
export default async function create({ folder, options }: Surroundings) {
  initSync({ module: await readFile(join(folder, 'jieba.wasm')) });
  const usual = numberOf(options, 'keywordsMax', { usual: 10, min: 0, max: KEYWORDS_MAX });
  // The dictionary is read with the first call of all, not with that of a caller.
  wordsOf('词典');
  return {
    async call(input: TextsInput) {
      const texts = textsOf(input, { charactersMax: CHARACTERS_MAX });
      const bounds = { usual, min: 0, max: KEYWORDS_MAX };
      const most = Math.floor(numberOf(input.parameters, 'keywordsMax', bounds));
      return texts.map((text) => {
        const tokens = wordsOf(text);
        return { tokens, keywords: keywordsOf(tokens).slice(0, most) };
      });
    },
  };
}
