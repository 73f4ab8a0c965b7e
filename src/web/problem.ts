import { ORPCError } from '@orpc/client';
import { type Category, categories } from '#kernel/errors.ts';

/** An operating error as a page shows it: what happened, and the code to quote. */
export type Problem = {
  readonly code: string;
  readonly category: Category;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/**
 * Makes a problem of whatever a call threw. The category follows from the HTTP status, as in the
 * kernel's table. A lost connection is `portal.offline`, a defect of the portal itself
 * `portal.broken`.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof ORPCError) {
    return {
      code: String(error.code),
      category: categoryOfStatus(error.status),
      message: error.message,
      data: isRecord(error.data) ? error.data : {},
    };
  }
  // Browsers throw a TypeError from fetch where no answer came; its words differ from browser to
  // browser.
  const offline = error instanceof TypeError && /fetch|network|load failed/i.test(error.message);
  return {
    code: offline ? 'portal.offline' : 'portal.broken',
    category: 'unavailable',
    message: error instanceof Error ? error.message : String(error),
    data: {},
  };
}

function categoryOfStatus(status: number): Category {
  for (const category of Object.keys(categories).filter(isCategory)) {
    if (categories[category].http === status) return category;
  }
  if (status >= 500) return 'unavailable';
  return status === 413 || status === 422 ? 'invalid' : 'denied';
}

const isCategory = (name: string): name is Category => name in categories;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
