/** The rules of the module `parties` for accounts, so that a form can say them while one types. */

const passwordCharacters = { min: 10, max: 128 };

export const isEmail = (text: string): boolean => /^\S+@\S+\.\S+$/.test(text.trim());

export const isPassword = (text: string): boolean =>
  text.length >= passwordCharacters.min && text.length <= passwordCharacters.max;
