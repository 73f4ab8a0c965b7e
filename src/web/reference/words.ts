import { defineWords } from '#web/words.ts';

export const words = defineWords('reference', {
  title: ['API', 'API'],
  why: [
    '门户能做的都可以由程序来做：同样的地址、同样的权限、同样的记录。',
    'Whatever the portal does a program can do: the same addresses, permissions and records.',
  ],
  document: ['OpenAPI 文件', 'OpenAPI document'],
  search: ['搜索操作', 'Search the operations'],
  searchHelp: ['名称、路径、说明或错误代码', 'Name, path, summary or code of an error'],
  count: ['共 {{count}} 个操作', '{{count}} operation', '{{count}} operations'],
  none: ['没有这样的操作', 'No such operation'],
  noneWhy: ['换一个词再搜；操作的说明是英文的。', 'Search with another word.'],
  clear: ['看全部操作', 'Show all operations'],
  modules: ['模块', 'Modules'],
  inputs: ['输入', 'Input'],
  outputs: ['输出', 'Output'],
  problems: ['可能的错误', 'What may go wrong'],
  noInputs: ['没有输入。', 'No input.'],
  noOutputs: ['没有输出。', 'No output.'],
  field: ['字段', 'Field'],
  type: ['类型', 'Type'],
  meaning: ['含义', 'Meaning'],
  code: ['代码', 'Code'],
  status: ['状态', 'Status'],
  http: ['HTTP', 'HTTP'],
  commandLine: ['命令行', 'Command line'],
  access: ['怎样取得权限', 'How to be let in'],
  accessWhy: [
    '程序用 API 密钥，放在 authorization 头里；没有密钥只能读公开的内容。密钥在这里创建：',
    'Programs send an API key in the header authorization; without one they read what is public. Keys are made here:',
  ],

  account: ['我的账户', 'My account'],

  kernel: ['平台与账本', 'Platform and ledger'],
  parties: ['主体', 'Parties'],
  notices: ['消息', 'Notices'],
  cases: ['办件', 'Cases'],
  hub: ['资源库', 'Hub'],
  compute: ['作业', 'Jobs'],
  assurance: ['测评与证书', 'Assurance'],
  scenarios: ['场景与揭榜', 'Scenarios and calls'],
  discovery: ['搜索', 'Search'],
});

const modules = [
  'kernel',
  'parties',
  'notices',
  'cases',
  'hub',
  'compute',
  'assurance',
  'scenarios',
  'discovery',
] as const;

/** The key of the word for a module; null for one without a word. */
export const moduleKey = (name: string): (typeof modules)[number] | null =>
  modules.find((known) => known === name) ?? null;
