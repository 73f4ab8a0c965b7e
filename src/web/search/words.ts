import { defineWords } from '#web/words.ts';

export const words = defineWords('search', {
  title: ['搜索', 'Search'],
  titleFor: ['搜索“{{text}}”', 'Search for “{{text}}”'],
  label: ['搜索词', 'Words to search for'],
  placeholder: ['场景、算法、作业、证书、机构', 'Scenarios, algorithms, jobs, certificates'],
  go: ['搜索', 'Search'],
  kinds: ['种类', 'Kinds'],
  all: ['全部', 'All'],
  call: ['揭榜', 'Calls'],
  repository: ['资源库', 'Repositories'],
  organisation: ['机构', 'Organisations'],
  certificate: ['证书', 'Certificates'],
  results: ['搜索结果', 'Results'],
  count: ['找到 {{count}} 项', '{{count}} result', '{{count}} results'],
  countMore: ['找到 {{count}} 项以上', 'More than {{count}} result', 'More than {{count}} results'],
  anyWord: [
    '没有一项含全部搜索词；下面的各含其中一些。',
    'Nothing has all the words; these have some of them.',
  ],
  updated: ['更新于', 'Updated'],
  title_equal: ['名称就是它', 'has this name'],
  inTitle: ['名称里有', 'in the name'],
  inHead: ['名称或摘要里有', 'in the name or summary'],
  inText: ['正文里有', 'in the text'],
  ask: ['要找什么', 'What to look for'],
  askWhy: [
    '中文英文都可以，几个词用空格隔开；只列出当前身份看得到的内容。',
    'In Chinese or English, several words with spaces. Only what this account may see is listed.',
  ],
  none: ['没有找到“{{text}}”', 'Nothing found for “{{text}}”'],
  noneKind: ['这一种类里没有', 'None of this kind'],
  noneWhy: [
    '换一个说法或少用几个词；没有公开的内容要以有权的身份登录才找得到。',
    'Other or fewer words may help; what is not public is found only by those who may see it.',
  ],
  showAll: ['看全部种类', 'Show all kinds'],
});
