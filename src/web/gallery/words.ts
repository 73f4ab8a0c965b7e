import { defineWords } from '#web/words.ts';

export const words = defineWords('gallery', {
  title: ['组件', 'Components'],
  why: [
    '门户的全部组件，及其全部状态。只在开发时可见。',
    'Every component of the portal in every state. Seen in development only.',
  ],
});
