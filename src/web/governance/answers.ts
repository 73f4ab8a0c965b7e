import type { Api } from '#web/api.ts';
import type { Question } from './question-field.tsx';

type Answers = Parameters<Api['governance']['assess']['call']>[0]['answers'];

/** The codes that a field of the form holds. */
export function codesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The answer sheet as it is sent: several codes where several may hold, else one. */
export function answersOf(
  values: Readonly<Record<string, unknown>>,
  questions: readonly Question[],
): Answers {
  const given = Object.fromEntries(
    questions.map(({ name, several }) => {
      const codes = codesOf(values[name]);
      return [name, several ? codes : codes[0]];
    }),
  );
  if (!isSheet(given, questions)) throw new Error('an answer is none of those that are offered');
  return given;
}

// The server's own sheet says which answers there are.
function isSheet(
  given: Record<string, unknown>,
  questions: readonly Question[],
): given is Answers & Record<string, unknown> {
  return questions.every(({ name, several, options }) => {
    const offered = options.map(({ code }) => code);
    const value = given[name];
    const codes = several ? value : [value];
    return Array.isArray(codes) && codes.every((code) => offered.includes(code));
  });
}
