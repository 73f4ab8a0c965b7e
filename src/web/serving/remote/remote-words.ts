import { defineWords } from '#web/words.ts';

export const remoteWords = defineWords('remote', {
  elsewhere: ['数据离开本平台', 'Data leave this platform'],
  elsewhereWhy: [
    '调用转发到 {{origin}} 上的 {{model}}，你发送的内容由那台服务器读取和应答。运营者已允许这台服务器。',
    'Calls go on to {{model}} at {{origin}}: that server reads and answers what you send. The operator allows it.',
  ],
  runsAt: ['运行在', 'Runs at'],
  tokens: ['词元', 'Tokens'],
  tokensCount: ['读入 {{read}}，写出 {{written}}', '{{read}} read, {{written}} written'],
  estimated: ['其中 {{count}} 为估算', '{{count}} of them estimated'],

  tryIt: ['试一试', 'Try it'],
  prompt: ['提问', 'Prompt'],
  promptMissing: ['先写一个问题', 'Write something first'],
  send: ['发送', 'Send'],
  stop: ['停止', 'Stop'],
  answer: ['回答', 'Answer'],
  cut: ['内容检查截断了回答。', 'The content check cut the answer off.'],
  refused: ['被拒绝', 'Refused'],
  brokeOff: ['回答中断', 'The answer broke off'],

  howToCall: ['怎样调用', 'How to call it'],
  howToCallWhy: [
    'OpenAI 的接口形式，现成的客户端只需改地址。先建 API 密钥，放入环境变量 TOUYAN_KEY。',
    "OpenAI's form, as existing clients speak it with another address. Make an API key and put it into TOUYAN_KEY.",
  ],
});
