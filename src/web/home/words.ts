import { defineWords } from '#web/words.ts';

export const words = defineWords('home', {
  title: ['从一个需求到一项可核验的服务', 'From a need to a service anyone can check'],
  running: ['{{title}}，{{owner}}发布。', '{{title}}, published by {{owner}}.'],
  runningWhy: [
    '下面每一步都在真实运行，每个数字都可以查到来由。',
    'Every step below is really running; every number leads to why it is true.',
  ],
  emptyWhy: [
    '真实的需求，公平的比较，每个数字都可以查到来由。',
    'Real needs, fair comparison, and every number leads to why it is true.',
  ],
  none: ['还没有公开的场景', 'No open scenario yet'],
  noneWhy: [
    '先由一个机构描述场景、发布揭榜，之后这里逐步显示应答、测评、公示和证书。',
    'First an organisation describes a scenario and opens a call; then submissions, evaluation, notice and certificate light up here.',
  ],
  noneNext: ['查看场景', 'See the scenarios'],
  noneSignIn: ['登录后描述一个场景', 'Sign in to describe one'],

  nextForYou: ['接下来可以做', 'What you can do next'],
  decideWaiting: [
    '决定 {{count}} 件待办',
    'Decide {{count}} case that waits',
    'Decide {{count}} cases that wait',
  ],
  answerCall: ['应答正在揭榜的任务', 'Answer an open call'],
  describeScenario: ['描述一个场景', 'Describe a scenario'],
  seeCases: ['查看办件', 'See the cases'],

  loop: ['进展', 'Progress'],
  openCall: ['打开揭榜', 'Open the call'],
  notBegun: ['尚未开始', 'Not begun'],

  open_call: ['开榜', 'Open call'],
  submissions: ['应答', 'Submissions'],
  evaluation: ['隔离测评', 'Evaluation in isolation'],
  leaderboard: ['榜单', 'Leaderboard'],
  review: ['评审', 'Review'],
  notice: ['公示', 'Public notice'],
  award: ['中榜', 'Award'],
  certificate: ['证书', 'Certificate'],

  liveLoop: ['从证书到实时服务', 'From certificate to live service'],
  toIndicators: ['查看指标', 'See the indicators'],
  itsFacts: ['为什么可信', 'Why it is true'],
  tier: ['定级与准入', 'Tier and approval'],
  tierDone: ['{{total}} 项用途已定级。', 'Uses that were assessed: {{total}}.'],
  agreement: ['签约', 'Agreement'],
  agreementDone: [
    '{{total}} 份合约经双方签署生效。',
    'Agreements that both sides signed: {{total}}.',
  ],
  deployment: ['部署', 'Deployment'],
  deploymentDone: [
    '{{total}} 个部署，与测评时同一摘要。',
    'Deployed by the digest that was evaluated: {{total}}.',
  ],
  stream: ['实时数据流', 'Live stream'],
  streamDone: ['{{total}} 条观测入库。', 'Observations stored: {{total}}.'],
  incidents: ['事件处置', 'Incidents'],
  incidentsDone: ['{{total}} 起事件办结。', 'Incidents closed: {{total}}.'],
  settlement: ['结算', 'Settlement'],
  settlementDone: [
    '{{total}} 次调用，结算 {{amount}}（模拟支付）。',
    'Calls settled: {{total}}, for {{amount}} (simulated payment).',
  ],

  runningServices: ['正在运行的服务', 'Services running now'],
  runningCount: [
    '{{count}} 个部署正在应答',
    '{{count}} deployment answers',
    '{{count}} deployments answer',
  ],
  runningNone: [
    '还没有部署。准入之后，这里显示正在运行的服务，并可随时急停。',
    'Nothing is deployed yet. Once approved, what runs is shown here and can be stopped at any time.',
  ],
  runningStranger: [
    '以运营方或审计的身份进入，可以急停正在运行的服务。',
    'Enter as operator or auditor to stop a running service.',
  ],
  allStops: ['急停与记录', 'Stops and their record'],
  serviceStopped: ['已急停：{{reason}}', 'Stopped: {{reason}}'],
  numbers: ['此刻的数字', 'Numbers now'],
  submissionsNumber: ['收到的应答', 'Submissions received'],
  evaluatedNumber: ['完成的测评', 'Evaluations done'],
  bestNumber: ['最高得分', 'Best score'],
  factsNumber: ['写入账本的事实', 'Facts in the ledger'],

  districts: ['16 个区', '16 districts'],
  districtsWhy: ['各区公开的场景', 'Published scenarios by district'],
  districtOf: [
    '{{name}}：{{count}} 个场景',
    '{{name}}: {{count}} scenario',
    '{{name}}: {{count}} scenarios',
  ],
  least: ['0 个', 'none'],
  most: ['{{count}} 个', '{{count}}'],

  tryIt: ['亲手试一试', 'Try it yourself'],
  compete: ['参赛', 'Compete'],
  competeWhy: [
    '在浏览器里改一个门限并提交，20 秒内看到名次和原因。',
    'Change a threshold in the browser, submit, and see rank and reason within 20 seconds.',
  ],
  competeDo: ['改一个门限', 'Change a threshold'],
  tamper: ['篡改', 'Tamper'],
  tamperWhy: [
    '下载一张证书，改动其中的得分，再放到核验页，看哪一步失败。',
    'Download a certificate, alter its score, drop it on the verify page, and see what broke.',
  ],
  tamperDo: ['改动一个得分', 'Alter a score'],
  verify: ['核验', 'Verify'],
  verifyWhy: [
    '打开任何证书或榜单，在自己的浏览器里重新核对，文件不会上传。',
    'Open any certificate or leaderboard and check it in your own browser; nothing is uploaded.',
  ],
  verifyDo: ['核验一个文件', 'Check a file'],
  enterWhy: [
    '这个平台只在本机开放，点一下就能以任何身份进入。',
    'This platform listens on this machine only: one click enters as anyone.',
  ],
  signedInAs: ['当前身份：{{name}}', 'You are here as {{name}}'],
});
