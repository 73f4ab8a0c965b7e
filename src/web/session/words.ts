import { defineWords } from '#web/words.ts';

export const words = defineWords('session', {
  signInFirst: ['登录后查看', 'Sign in to see this'],
});
