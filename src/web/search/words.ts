import { defineWords } from '#web/words.ts';

export const words = defineWords('search', {
  title: ['搜索', 'Search'],
  found: [
    '“{{text}}”：{{count}} 个结果',
    '{{count}} result for “{{text}}”',
    '{{count}} results for “{{text}}”',
  ],
  foundMore: [
    '“{{text}}”：多于 {{count}} 个结果',
    'More than {{count}} result for “{{text}}”',
    'More than {{count}} results for “{{text}}”',
  ],
  what: [
    '场景、算法、数据、证书和机构，中文两个字起，中英文都能搜。',
    'Scenarios, algorithms, data, certificates and organisations, in Chinese and English.',
  ],
  field: ['搜索全部内容', 'Search everything'],
  go: ['搜索', 'Search'],
  anyWord: [
    '没有同时含有全部词的内容，下面的含有其中一些。',
    'Nothing has all the words; these have some of them.',
  ],
  all: ['全部', 'All'],
  kinds: ['种类', 'Kinds'],
  results: ['结果', 'Results'],
  more: ['更多结果', 'More results'],
  keys: ['上下键移动，回车打开。', 'Arrow keys move, Enter opens.'],
  none: ['没有找到', 'Nothing was found'],
  noneWhy: [
    '换一个更短的说法，或换一种语言再搜。当前身份看不到的内容不会出现。',
    'Use fewer or other words, or the other language. What this account may not see is not shown.',
  ],
  start: ['搜什么都可以', 'Search for anything'],
  tryThese: ['试试：', 'Try:'],
  'kind.repository': ['资源库', 'Repositories'],
  'kind.call': ['揭榜', 'Calls'],
  'kind.scenario': ['场景', 'Scenarios'],
  'kind.certificate': ['证书', 'Certificates'],
  'kind.organisation': ['机构', 'Organisations'],
  updated: ['更新', 'Updated'],
});
