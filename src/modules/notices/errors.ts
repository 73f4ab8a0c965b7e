import { declareErrors } from '#kernel/errors.ts';

export const errors = declareErrors('notices', {
  url_unfit: {
    category: 'invalid',
    message: 'The webhook address does not fit: {problem}.',
  },
  webhooks_full: {
    category: 'conflict',
    message: 'A party has at most {max} webhooks. Remove one first.',
  },
  webhook_missing: {
    category: 'missing',
    message: 'There is no such webhook.',
  },
  delivery_missing: {
    category: 'missing',
    message: 'There is no such delivery that was given up.',
  },
});
