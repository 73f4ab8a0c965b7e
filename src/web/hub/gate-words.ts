import { defineWords } from '#web/words.ts';

/** The words of gated repositories: asking for files, and answering. */
export const gateWords = defineWords('hub-gate', {
  gated: ['文件需申请', 'Gated'],
  title: ['申请文件', 'Access to the files'],
  auto: [
    '说明和文件名人人可看；同意条件后即可下载文件。',
    'Description and file names are open; the files open once you agree to the terms.',
  ],
  manual: [
    '说明和文件名人人可看；文件由所有者逐个同意后开放。',
    'Description and file names are open; the owner lets in each person who asks for the files.',
  ],
  signIn: ['登录后申请', 'Sign in to ask'],
  ask: ['申请访问', 'Ask for access'],
  asked: ['已提交申请', 'You asked for access'],
  answerAll: ['每一项都需要填写。', 'Every question needs an answer.'],
  choose: ['选择一项', 'Choose one'],
  pending: ['等待所有者答复', 'Waiting for the owner'],
  pendingWhy: ['所有者答复后你会收到消息。', 'You will get a notice once the owner answers.'],
  accepted: ['已同意', 'Accepted'],
  acceptedWhy: ['你可以下载文件。', 'You may download the files.'],
  rejected: ['未同意', 'Rejected'],
  rejectedWhy: ['所有者没有同意你的申请。', 'The owner refused your request.'],
  taken: ['已收回', 'Taken back'],
  filesClosed: [
    '文件需要申请，目前只能看到名称和大小。',
    'The files are gated: you see their names and sizes only.',
  ],
  toAsk: ['去申请', 'Ask on the card page'],

  setTitle: ['文件开放方式', 'Gate'],
  setWhy: [
    '只限制文件：能看到资源库的人照常看到说明和文件名。',
    'It closes the files only: whoever sees the repository still sees its description and file names.',
  ],
  openToAll: ['直接开放', 'Open'],
  openToAllWhy: [
    '能看到资源库的人都能下载文件。',
    'Whoever sees the repository downloads its files.',
  ],
  byItself: ['同意条件后自动开放', 'Opens by itself'],
  byItselfWhy: [
    '登录并填写说明卡里的问题后，文件立即开放，名单留在这里。',
    'Whoever signs in and answers the questions of the card gets the files at once; the list stays here.',
  ],
  byHand: ['逐个同意', 'By hand'],
  byHandWhy: [
    '每份申请都由管理员答复后才开放文件。',
    'An administrator answers each request before the files open.',
  ],
  formWhy: [
    '条件和问题写在说明卡开头的 extra_gated_prompt 和 extra_gated_fields。',
    'Terms and questions stand in the front matter of the card: extra_gated_prompt and extra_gated_fields.',
  ],
  setDo: ['改变开放方式', 'Change the gate'],
  setDone: ['开放方式已改变', 'The gate was changed'],
  setWider: [
    '开放后，别人可能已经下载；再限制也收不回已经下载的内容。',
    'Others may download the files from then on; closing them later does not take those copies back.',
  ],

  requests: ['访问申请', 'Access requests'],
  count: ['共 {{count}} 份申请', '{{count}} request', '{{count}} requests'],
  none: ['这里将列出申请文件的人', 'Those who ask for the files will be listed here'],
  noneWhy: ['还没有人申请。', 'Nobody has asked yet.'],
  who: ['申请人', 'Who'],
  state: ['状态', 'State'],
  askedAt: ['申请时间', 'Asked'],
  answers: ['填写内容', 'Answers'],
  yes: ['是', 'yes'],
  actions: ['操作', 'Actions'],
  accept: ['同意', 'Accept'],
  acceptDone: ['已同意', 'It was accepted'],
  acceptWhy: [
    '对方从现在起可以下载文件，并会收到消息。',
    'They may download the files from now on, and get a notice.',
  ],
  reject: ['不同意', 'Reject'],
  rejectDone: ['已答复不同意', 'It was rejected'],
  rejectWhy: [
    '对方不能下载文件，并会看到理由。',
    'They may not download the files, and read your reason.',
  ],
  reason: ['理由', 'Reason'],
  reasonHelp: ['对方会看到，最多 200 字', 'They read it; at most 200 characters'],
  takeBack: ['收回', 'Take back'],
  takeBackDone: ['已收回', 'It was taken back'],
  takeBackWhy: [
    '对方立即不能再下载，申请回到等待。已经下载的内容收不回来。',
    'They can download no more from this moment, and the request waits again. Copies that they have stay.',
  ],
  give: ['直接给予访问', 'Give access'],
  giveWhy: [
    '不必等对方申请。给予一个机构时，它的成员都能下载。',
    'They need not have asked. Given to an organisation, all its members may download.',
  ],
  giveTo: ['给谁', 'To whom'],
  giveDone: ['已给予访问', 'Access was given'],
});
