import { defineWords } from '#web/words.ts';

export const words = defineWords('parties', {
  platformItself: ['平台', 'The platform'],
});
