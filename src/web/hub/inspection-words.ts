import { defineWords } from '#web/words.ts';

export const inspectionWords = defineWords('hub.inspection', {
  title: ['内容检查', 'Inspection'],
  format: ['内容格式', 'Format by content'],
  state: ['检查结果', 'Result'],
  inspected: ['检查时间', 'Inspected'],
  findings: ['发现', 'Findings'],

  waiting: ['等待检查', 'Waiting to be inspected'],
  clean: ['未发现问题', 'Nothing found'],
  warning: ['需要留意', 'Needs care'],
  danger: ['危险', 'Dangerous'],
  failed: ['未能检查', 'Not inspected'],
  carriesCode: ['含代码', 'Carries code'],
  cleanWhy: [
    '按内容识别，没有发现清单上的问题。平台从不加载或运行这里的文件；这不等于担保其安全。',
    'Recognised by its content; nothing on the list was found. No file is loaded or run here, and this is no warranty.',
  ],
  waitingWhy: [
    '发布后会逐个检查，通常几秒内完成。',
    'Each published file is inspected, usually within seconds.',
  ],

  downloadDanger: [
    '检查发现此文件有危险。只在信任发布者、并且隔离的环境中使用。',
    'This file was found dangerous. Use it only if you trust its publisher, and in isolation.',
  ],
  downloadAnyway: ['仍要下载', 'Download anyway'],

  unknown: ['未知格式', 'Unknown'],
  empty: ['空文件', 'Empty'],
  text: ['文本', 'Text'],
  notebook: ['笔记本', 'Notebook'],
  script: ['脚本', 'Script'],
});
