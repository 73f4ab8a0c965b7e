import { defineWords } from '#web/words.ts';

export const words = defineWords('ledger', {
  title: ['账本', 'Ledger'],
  why: [
    '平台上的每一步都记为一条事实，按次序写入只增不改的账本。账本只存承诺，事实内容留在有权看到它的人手里。',
    'Each step on the platform becomes a fact in a log that only grows. The log holds commitments; what a fact says stays with those who may see it.',
  ],
  healthy: ['运行正常', 'In order'],
  behind: ['等待见证', 'Waiting for the witness'],
  faulty: ['已停止签名', 'Signing has stopped'],
  faultWhy: [
    '账本发现自己的记录前后不一，已停止签名：{{problem}}',
    'The log found its records inconsistent and signs nothing more: {{problem}}',
  ],
  rawLog: ['打开原始检查点', 'Open the raw checkpoint'],
  factsOfThing: ['查一件事物的事实', 'Facts about one thing'],

  sizeNumber: ['账本中的事实', 'Facts in the log'],
  sizeUnit: ['条', 'facts'],
  cosignedNumber: ['经见证的事实', 'Facts under a witness'],
  waitingNumber: ['等待见证', 'Waiting for a witness'],
  lagNumber: ['订阅者最大积压', 'Longest queue of a subscriber'],

  checkpoint: ['最新检查点', 'Newest checkpoint'],
  checkpointWhy: [
    '账本和见证方共同签名的一段文字：账本名、条数、根哈希。任何人凭它和公钥就能核对后来的账本没有改写过去。',
    'A text that log and witness sign together: name, size and root hash. With it and the public keys anybody can check that a later log has not rewritten the past.',
  ],
  keys: ['公钥', 'Public keys'],
  keysWhy: [
    '核验时只需要这些公钥。应从可信的渠道另行取得，不要只信平台自己给出的。',
    'All that a verifier needs. Take them from somewhere you trust, not from the platform alone.',
  ],
  logKey: ['账本 {{name}}', 'Log {{name}}'],
  witnessKey: ['见证方 {{name}}', 'Witness {{name}}'],
  copyKeys: ['复制全部公钥', 'Copy all keys'],
  witnesses: ['见证方', 'Witnesses'],
  witnessOk: ['正在联署', 'Cosigning'],
  noWitness: ['没有见证方', 'No witness'],
  noWitnessWhy: [
    '没有见证方时，平台自己就能另写一份账本而不被发现。',
    'Without a witness the platform could show different logs to different readers.',
  ],

  subscribers: ['订阅者', 'Subscribers'],
  subscribersWhy: [
    '平台各部分按账本的次序读取事实，各自记着读到哪里。',
    'Parts of the platform read the facts in the order of the log; each remembers how far it is.',
  ],
  subscriber: ['名称', 'Name'],
  lag: ['积压', 'Not yet read'],
  problem: ['问题', 'Problem'],
  none: ['无', 'None'],

  check: ['怎样自己核对账本', 'How to check the log yourself'],
  checkWhy: [
    '账本按 C2SP tlog-tiles 格式公开，用现成的工具就能读取和核对。',
    'The log is public in the C2SP tlog-tiles format; tools made elsewhere read and check it.',
  ],
  checkGo: ['用 Go 核对签名和包含证明', 'Check signatures and inclusion with Go'],
  checkGoWhy: [
    'golang.org/x/mod/sumdb 的 note 与 tlog 接受本账本的检查点和分块。',
    'The packages note and tlog of golang.org/x/mod/sumdb accept its checkpoints and tiles.',
  ],
  showProgram: ['查看完整程序', 'Show the whole program'],
  checkCurl: ['用 curl 取检查点和第一块', 'Fetch the checkpoint and the first tile with curl'],
  checkFile: ['核验一个文件', 'Verify a file'],
  checkFileDo: ['打开核验页', 'Open the verify page'],

  platform: ['平台', 'Platform'],
  engine: ['数据库', 'Database'],
  pglite: ['内置 PGlite', 'PGlite on board'],
  postgres: ['PostgreSQL', 'PostgreSQL'],
  durability: ['已确认的改动能经受', 'An acknowledged change survives'],
  process_crash: [
    '进程被终止；断电时最后的改动可能丢失',
    'A killed process; the last changes may be lost when power fails',
  ],
  power_loss: ['进程被终止和断电', 'A killed process and loss of power'],
  started: ['启动时间', 'Started'],
  version: ['版本', 'Version'],

  facts: ['事实', 'Facts'],
  factsWhy: [
    '一件事物从开始到现在发生过什么，新的在前。',
    'All that happened to one thing, the newest first.',
  ],
  thing: ['事物类型', 'Type of thing'],
  thingId: ['编号', 'Identifier'],
  thingHelp: [
    '在任何详情页的“事实”一栏点开即可到达。',
    'Any detail page leads here from its facts.',
  ],
  show: ['查看', 'Show'],
  pickFirst: ['选一件事物', 'Choose a thing'],
  pickWhy: [
    '从资源库、作业、测评、证书或揭榜的页面打开，或在上方填写类型和编号。',
    'Come from the page of a repository, job, evaluation, certificate or call, or give type and identifier above.',
  ],
  noFacts: ['没有事实', 'No facts'],
  noFactsWhy: [
    '这件事物还没有记下任何事实，或当前身份看不到它。',
    'Nothing was recorded of it yet, or this account may not see it.',
  ],
  kind: ['种类', 'Kind'],
  place: ['位置', 'Place'],
  notPlaced: ['等待写入', 'Waiting for its place'],
  by: ['作出者', 'By'],
  body: ['内容', 'What it says'],
  bodyHidden: [
    '内容只给审计人员看；账本里是它的承诺。',
    'Auditors alone read what it says; the log holds its commitment.',
  ],
  older: ['更早的事实', 'Older facts'],

  'type.hub.repository': ['资源库', 'Repository'],
  'type.compute.job': ['作业', 'Job'],
  'type.assurance.evaluation': ['测评', 'Evaluation'],
  'type.assurance.certificate': ['证书', 'Certificate'],
  'type.scenarios.call': ['揭榜', 'Call'],
  'type.scenarios.submission': ['应答', 'Submission'],
  'type.cases.case': ['办件', 'Case'],
});
