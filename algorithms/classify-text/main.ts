import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Surroundings } from '../shared/program.ts';
import { type TextsInput, textsOf } from '../shared/text-input.ts';
import { type LinearModel, likelihood } from './linear-model.ts';

const CHARACTERS_MAX = 2_000_000;

/** Whether messages are spam. */
export default async function create({ folder }: Surroundings) {
  const said = await readFile(join(folder, 'weights', 'model.json'), 'utf8');
  const weights = await readFile(join(folder, 'weights', 'weights.bin'));
  const model: LinearModel = { ...JSON.parse(said), weights: new Int8Array(weights) };
  return {
    async call(input: TextsInput) {
      return textsOf(input, { charactersMax: CHARACTERS_MAX }).map((text) => {
        const spam = likelihood(text, model);
        const labels = [
          { label: 'spam', score: spam },
          { label: 'ham', score: 1 - spam },
        ];
        return labels.sort((a, b) => b.score - a.score);
      });
    },
  };
}
