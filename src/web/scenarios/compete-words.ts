import { defineWords } from '#web/words.ts';

export const competeWords = defineWords('compete', {
  title: ['参赛', 'Compete'],
  why: [
    '选一个现成的程序，拨动它的一个门限，提交后约 20 秒看到名次和原因。',
    'Choose a program that is there, turn one threshold, submit, and see rank and reason in about 20 seconds.',
  ],
  closed: ['这次揭榜不再接收应答', 'This call takes no submissions now'],
  closedWhy: [
    '它的状态是“{{state}}”。参赛要在揭榜期间进行。',
    'It is in the state “{{state}}”. Competing needs an open call.',
  ],
  otherCall: ['到“{{title}}”参赛', 'Compete in “{{title}}”'],
  seeCalls: ['看正在揭榜的任务', 'See the open calls'],
  seeBoard: ['看榜单', 'See its leaderboard'],
  whoFirst: ['先说以谁的名义参赛', 'First, on whose behalf'],
  whoFirstWhy: [
    '应答要有人负责。演示平台上点一下即可，其他平台用账户登录。',
    'Somebody answers for a submission. Here one click is enough; elsewhere sign in with an account.',
  ],
  enterVendor: ['以厂商身份进入', 'Enter as a vendor'],
  signIn: ['登录', 'Sign in'],
  ownerCannot: ['发布方不能应答自己的揭榜', 'An owner does not answer its own call'],
  ownerCannotWhy: [
    '当前身份属于发布方。换一个身份即可参赛。',
    'You are here for the owner. Change to another identity to compete.',
  ],
  noPrograms: ['没有可以调的程序', 'No program to turn'],
  noProgramsWhy: [
    '能读到的程序都没有在说明卡里声明可调的选项。可以提交自己的版本。',
    'None of the programs that you may read declares a dial on its card. Submit a revision of your own.',
  ],
  submitOwn: ['提交自己的版本', 'Submit an own revision'],

  turn: ['选一个程序，拨它的门限', 'Choose a program, turn its dial'],
  program: ['程序', 'Program'],
  programHelp: ['公开的示例和基线；选哪个都行。', 'Public examples and baselines; any will do.'],
  dial: ['门限', 'Dial'],
  initial: ['默认 {{value}}', 'default {{value}}'],
  reset: ['回到默认', 'Back to the default'],
  openCard: ['读它的说明卡', 'Read its card'],
  onBehalf: ['以 {{name}} 的名义提交', 'Submitted on behalf of {{name}}'],
  left: [
    '今天还可提交 {{count}} 次',
    '{{count}} submission left today',
    '{{count}} submissions left today',
  ],
  noneLeft: ['今天的次数已用完，明天再来。', 'All tries of today are used; come back tomorrow.'],
  go: ['提交并看名次', 'Submit and see the rank'],
  again: ['再试一次', 'Try again'],

  progress: ['正在测评', 'Being evaluated'],
  meanwhile: [
    '可以拨到下一个值，或离开本页；结果会留在榜单上。',
    'Turn to the next value, or leave this page; the outcome stays on the leaderboard.',
  ],
  outcome: ['结果', 'Outcome'],
  rankOf: ['第 {{rank}} 名', 'Rank {{rank}}'],
  unranked: ['有得分，未改变本队名次', 'Scored; the rank of your team stays'],
  tookSeconds: ['用时 {{time}}', 'in {{time}}'],
  scoreIs: ['{{metric}} {{score}}', '{{metric}} {{score}}'],
  becauseFirst: ['目前没有更好的应答。', 'No submission is better so far.'],
  becauseBaseline: [
    '还没有更好的应答，不过基线“{{name}}”更好，得 {{score}}。',
    'No submission is better so far, but the baseline “{{name}}” is, with {{score}}.',
  ],
  becauseBehind: [
    '离前一名“{{name}}”还差 {{gap}}。',
    'It is {{gap}} behind “{{name}}”, the one before.',
  ],
  becauseApart: [
    '差距在误差之内，换一批数据名次可能互换。',
    'The gap is within the error: on other data the two might swap.',
  ],
  becauseOwnBest: [
    '本队更好的一次是 {{score}}，榜单按最好的一次计。',
    'Your team has done better before, with {{score}}; the best one counts.',
  ],
  becauseOwnLast: ['榜单按最后一次计，得分是 {{score}}。', 'The last one counts, with {{score}}.'],
  failedHead: ['没有得分', 'No score'],
  details: ['看这份应答', 'See this submission'],
  tries: ['试过的值', 'Values tried'],
  triesWhy: [
    '横轴是门限，纵轴是保密数据上的得分；虚线是基线。',
    'Across: the dial. Up: the score on hidden data. Dashed: baselines.',
  ],
  triesNone: ['提交后，每次的得分画在这里。', 'Each try is drawn here once it is scored.'],
  tryAt: ['{{value}} 得 {{score}}', '{{value}} scored {{score}}'],
  aboutHidden: [
    '反复试会让门限贴合这份保密数据，所以次数有限，名次也按区间看。',
    'Trying over and over fits the dial to these hidden data; hence the limit, and the intervals.',
  ],
});
