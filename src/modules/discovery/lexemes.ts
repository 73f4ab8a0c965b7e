/**
 * Marks before the words of the index: where a word stands. Words have letters and digits only, so none
 * begins with one. What is in a title is marked as in the head too, and stands bare like all text.
 */
export const marks = { equal: '=', title: '!', head: '+', text: '', facet: '#' } as const;
export type Mark = keyof typeof marks;

/** As PostgreSQL reads it in a tsvector or a tsquery. */
export const lexeme = (token: string) =>
  `'${token.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
