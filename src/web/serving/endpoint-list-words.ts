import { defineWords } from '#web/words.ts';

/** What lists of endpoints say; their own page says more. */
export const endpointListWords = defineWords('endpoints', {
  endpoints: ['接入点', 'Endpoints'],
  endpointsWhy: [
    '稳定的调用名称：模型换版时地址不变，流量可分一份给新版，也可一键回退。',
    'Stable names to call: the address stays when a model changes, a share of the calls can go to the new one, and one step goes back.',
  ],
  none: ['还没有接入点。', 'There is no endpoint yet.'],
  name: ['名称', 'Name'],
  state: ['状态', 'State'],
  open: ['在用', 'Open'],
  ended: ['已结束', 'Ended'],
  traffic: ['流量', 'Traffic'],
  primary: ['主版本', 'Primary'],
  canary: ['灰度', 'Canary'],
  shadow: ['影子', 'Shadow'],
  share: ['{{side}} {{percent}}%', '{{side}} {{percent}}%'],
  trialNamed: ['{{name}} · 第 {{number}} 版', '{{name}} · revision {{number}}'],
  version: ['版本', 'Version'],
  versionNumber: ['第 {{number}} 版', 'Version {{number}}'],
  created: ['建立于', 'Since'],
  create: ['新建接入点', 'Create an endpoint'],
  createDone: ['接入点已建立', 'The endpoint is created'],
  nameHelp: ['给人看的名称；调用用它的编号。', 'For people to read; calls use its id.'],
  nameMissing: ['填名称', 'Give it a name'],
});
