import { InputError, type Parameters } from './program.ts';

/** The texts of one call. */
export type TextsInput = { texts: readonly string[]; parameters: Parameters };

/** The texts, where they are no more in all than this program reads in one call. Throws InputError. */
export function textsOf(
  { texts }: TextsInput,
  { charactersMax }: { charactersMax: number },
): readonly string[] {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (characters > charactersMax) {
    throw new InputError(
      `the texts of one call have ${characters} characters; ${charactersMax} are the most`,
    );
  }
  return texts;
}
