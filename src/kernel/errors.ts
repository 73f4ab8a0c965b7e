/**
 * Operating errors: what a user or a client can meet and act on. A broken invariant is no operating
 * error; `assert` those.
 */

/** One row a category: how it leaves through HTTP and the command line, and whether to try again. */
export const categories = {
  invalid: { http: 400, exit: 2, retry: 'never' },
  unauthenticated: { http: 401, exit: 3, retry: 'never' },
  denied: { http: 403, exit: 3, retry: 'never' },
  missing: { http: 404, exit: 4, retry: 'never' },
  conflict: { http: 409, exit: 5, retry: 'after_reading' },
  limited: { http: 429, exit: 6, retry: 'later' },
  unavailable: { http: 503, exit: 7, retry: 'later' },
} as const;

export type Category = keyof typeof categories;

/** A JSON value: all that may stand in the data of an error or the body of a fact. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** An operating error with a declared code. Its message says what to do next. */
export class Failure extends Error {
  readonly code: string;
  readonly category: Category;
  readonly data: Record<string, Json>;

  constructor(
    code: string,
    category: Category,
    message: string,
    data: Record<string, Json> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Failure';
    this.code = code;
    this.category = category;
    this.data = data;
  }
}

export type ErrorDeclaration = { category: Category; message: string };

type FailureFactory = (data?: Record<string, Json>, options?: ErrorOptions) => Failure;

/** The declared errors of one module, and under `make` the functions that create them. */
export type DeclaredErrors<Names extends string> = {
  declarations: Record<string, ErrorDeclaration>;
  make: Record<Names, FailureFactory>;
};

/**
 * Declares the errors of a module: `declareErrors('hub', { revision_missing: {...} })` gives the code
 * `hub.revision_missing`. `{name}` in a message is replaced from the error's data.
 */
export function declareErrors<const Names extends string>(
  module: string,
  table: Record<Names, ErrorDeclaration>,
): DeclaredErrors<Names> {
  const declarations: Record<string, ErrorDeclaration> = {};
  const factories: [string, FailureFactory][] = [];
  for (const [name, declaration] of Object.entries<ErrorDeclaration>(table)) {
    const code = `${module}.${name}`;
    declarations[code] = declaration;
    factories.push([
      name,
      (data = {}, options) =>
        new Failure(code, declaration.category, fill(declaration.message, data), data, options),
    ]);
  }
  return { declarations, make: Object.fromEntries(factories) as Record<Names, FailureFactory> };
}

function fill(message: string, data: Record<string, Json>): string {
  return message.replace(/\{(\w+)\}/g, (whole, key: string) =>
    key in data ? String(data[key]) : whole,
  );
}

/** Errors which every operation may answer with. */
export const kernelErrors = declareErrors('kernel', {
  invalid_input: {
    category: 'invalid',
    message: 'The input does not fit: {problem}. Correct the named fields and send it again.',
  },
  not_signed_in: {
    category: 'unauthenticated',
    message: 'Nobody is signed in. Sign in, or send an API key as a bearer token.',
  },
  denied: {
    category: 'denied',
    message: 'This account may not do that ({permission}). Ask {owner} for it, or change accounts.',
  },
  missing: {
    category: 'missing',
    message: 'There is nothing with the identifier {id}, or this account may not know of it.',
  },
  limited: {
    category: 'limited',
    message: 'Too many requests. Wait {seconds} seconds and send it again.',
  },
  too_large: {
    category: 'invalid',
    message: 'The body is larger than {limitBytes} bytes. Send less, or use an upload.',
  },
  unavailable: {
    category: 'unavailable',
    message: 'The platform cannot answer just now; nothing was changed. Try again shortly.',
  },
  internal: {
    category: 'unavailable',
    message:
      'The platform made a mistake; it is logged under {requestId}. Nothing was acknowledged.',
  },
  foreign_origin: {
    category: 'denied',
    message: 'The request came from another site. Open the portal itself and repeat it there.',
  },
});
