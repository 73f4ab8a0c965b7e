import { defineWords } from '#web/words.ts';

/** The words on the buttons of 急停 alone: they stand on the home page too. */
export const stopWords = defineWords('governance.stop', {
  stop: ['急停', 'Stop'],
  release: ['解除急停', 'Release'],
});
