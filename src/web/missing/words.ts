import { defineWords } from '#web/words.ts';

export const words = defineWords('missing', {
  title: ['没有这一页', 'There is no such page'],
  why: [
    '地址可能写错了，或者这里的内容已经移走。',
    'The address may be mistyped, or what was here has moved.',
  ],
  home: ['回到首页', 'Go to the home page'],
  search: ['搜索', 'Search'],
});
