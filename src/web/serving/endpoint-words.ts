import { defineWords } from '#web/words.ts';
import { endpointListWords } from './endpoint-list-words.ts';

export const endpointWords = defineWords('endpoint', {
  ...endpointListWords.pairs,
  serving: ['在线服务', 'Serving'],
  openWhy: [
    '试用：未经测评认证，未获准入，不出售。流量现为第 {{version}} 版。',
    'On trial: not certified, not approved, not sold. Its traffic has version {{version}}.',
  ],
  endedWhy: ['已结束：{{reason}}', 'It has ended: {{reason}}'],
  stopped: ['已急停', 'Stopped'],

  trafficWhy: [
    '灰度由部分调用随机命中，答不了的由主版本补答；影子收到调用的副本，只比对，不作答，不计量。',
    'The canary answers a share of the calls by chance, and the primary what it cannot. The shadow gets copies of calls: compared, not given, not counted.',
  ],

  now: ['最近一分钟', 'The last minute'],
  nowWhy: [
    '在应答本页的服务器上，每 2 秒更新。',
    'On the server that answers this page; every 2 s.',
  ],
  side: ['去向', 'Side'],
  trial: ['试用', 'Trial'],
  rate: ['每秒调用', 'Calls a second'],
  p50: ['中位延迟', 'Median'],
  p95: ['P95', 'P95'],
  p99: ['P99', 'P99'],
  milliseconds: ['{{value}} 毫秒', '{{value}} ms'],
  failures: ['失败', 'Failures'],
  waiting: ['等待', 'Waiting'],
  replicas: ['副本', 'Replicas'],
  replicasNow: ['{{awake}} 个运行（{{min}}–{{max}}）', '{{awake}} awake ({{min}}–{{max}})'],
  replicasLoading: [
    '{{awake}} 个运行、{{loading}} 个加载（{{min}}–{{max}}）',
    '{{awake}} awake, {{loading}} loading ({{min}}–{{max}})',
  ],
  batch: ['平均批量', 'Mean batch'],
  scale: ['设置副本', 'Set replicas'],
  scaleOf: ['设置副本：{{name}}', 'Set replicas: {{name}}'],
  scaleWhy: [
    '每台服务器常备的进程数与最多的进程数。常备为 0 时，无人调用即休眠，下一次调用唤醒。',
    'Processes that each server keeps ready, and runs at most. With 0 kept, it sleeps when unused and wakes with the next call.',
  ],
  scaleMin: ['常备', 'Kept ready'],
  scaleMax: ['最多', 'At most'],
  scaleDone: ['副本数已设置', 'The replicas are set'],
  wholeNumber: ['填 {{min}} 到 {{max}} 的整数', 'A whole number from {{min}} to {{max}}'],

  counts: ['本版流量至今', 'This traffic so far'],
  countPrimary: ['主版本作答', 'Answered by the primary'],
  countCanary: ['灰度作答', 'Answered by the canary'],
  countCanaryFailed: ['灰度未答、主版本补答', 'Answered by the primary for the canary'],
  countShadow: ['影子比对', 'Compared with the shadow'],
  shadowCounts: [
    '一致 {{same}}，不同 {{different}}，未答 {{failed}}，未发 {{dropped}}',
    '{{same}} same, {{different}} different, {{failed}} unanswered, {{dropped}} not sent',
  ],
  callsCount: ['{{count}} 次', '{{count}} call', '{{count}} calls'],

  set: ['调整流量', 'Change the traffic'],
  setDone: ['流量已调整', 'The traffic is changed'],
  setWhy: [
    '本服务器立即生效，其他服务器一秒内生效。',
    'It takes effect here at once, on other servers within a second.',
  ],
  nobody: ['不设', 'None'],
  percent: ['占调用的百分比', 'Percent of the calls'],
  reason: ['原因', 'Reason'],
  reasonHelp: ['写入记录，历史中可见。', 'It is recorded and shows in the history.'],
  rollback: ['回退', 'Roll back'],
  rollbackDone: ['已回退', 'It is rolled back'],
  rollbackWhy: ['回到上一次的流量：', 'Back to the traffic before:'],
  end: ['结束接入点', 'End the endpoint'],
  endWhy: ['这个名称不再应答，各试用照常。', 'The name answers no more; its trials stay.'],
  endDone: ['接入点已结束', 'The endpoint has ended'],

  history: ['历史', 'History'],
  rolledBack: ['回退到第 {{number}} 版', 'Back to version {{number}}'],
  by: ['由谁', 'By'],
  at: ['时间', 'At'],
  more: ['更早的', 'Earlier ones'],

  about: ['接入点', 'The endpoint'],
  owner: ['所有者', 'Owner'],
  createdBy: ['由谁建立', 'Created by'],
  repository: ['资源库', 'Repository'],
  openRepository: ['打开资源库', 'Open the repository'],
});
