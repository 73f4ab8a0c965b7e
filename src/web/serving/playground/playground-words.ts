import { defineWords } from '#web/words.ts';

export const playgroundWords = defineWords('playground', {
  tryIt: ['试一试', 'Try it'],
  tryName: ['试一试：{{name}}', 'Try it: {{name}}'],
  notKept: [
    '输入和回答都不保存，只记调用次数。',
    'Neither what is sent nor the answer is kept; only the call is counted.',
  ],
  howToCall: ['怎样调用', 'How to call it'],
  openTrial: ['用时、代码和用量', 'Times, code and usage'],

  samples: ['样例', 'Samples'],
  choosePicture: ['把图片拖到这里，或点击选择', 'Drop a picture here, or choose one'],
  pictureHelp: [
    'JPEG、PNG 或浏览器能打开的其他图片。长边超过 2,000 像素的先缩小再发送。',
    'JPEG, PNG, or whatever the browser opens. Beyond 2,000 pixels a picture is scaled down first.',
  ],
  picture: ['图片', 'Picture'],
  pictureAlt: ['所发送的图片 {{name}}', 'The picture that was sent, {{name}}'],
  pictureScaled: [
    '原图 {{width}} × {{height}}，发送时 {{sentWidth}} × {{sentHeight}}；位置按原图给出。',
    'The picture of {{width}} × {{height}} was sent as {{sentWidth}} × {{sentHeight}}; places are those of the original.',
  ],
  chooseSound: ['把录音拖到这里，或点击选择', 'Drop a sound here, or choose one'],
  soundHelp: [
    '浏览器能播放的任何声音，最长 10 分钟；发送前转成 16 kHz 单声道 WAV。',
    'Whatever sound the browser plays, up to 10 minutes; it is sent as WAV at 16 kHz in one channel.',
  ],
  sound: ['声音', 'Sound'],
  record: ['录音', 'Record'],
  recording: ['正在录音，{{seconds}} 秒', 'Recording, {{seconds}} s'],
  stopRecording: ['停止并发送', 'Stop and send'],
  noMicrophone: [
    '用不了麦克风。在浏览器里允许使用，并通过 https 或本机打开此页；也可以拖入文件。',
    'The microphone cannot be used. Allow it in the browser, and open this page over https or on this machine; or drop a file.',
  ],
  text: ['文本', 'Text'],
  textHelp: [
    '全文作为一篇，最多 20,000 字。也可拖入 .txt 文件。',
    'All of it is one text, up to 20,000 characters. A .txt file can be dropped too.',
  ],
  linesHelp: [
    '每行一条，最多 256 条。也可拖入 .txt 文件。',
    'One text a line, up to 256. A .txt file can be dropped too.',
  ],
  table: ['表格（CSV）', 'Table (CSV)'],
  tableHelp: [
    '首行是列名，最多 20,000 行。也可拖入 .csv 文件。',
    'The first row names the columns; up to 20,000 rows. A .csv file can be dropped too.',
  ],
  chooseFile: ['选择文件', 'Choose a file'],
  run: ['运行', 'Run'],
  runAgain: ['再运行 10 次，量用时', 'Run it 10 more times for its times'],

  fileTooLarge: [
    '文件超过 50 MB。换一个小一些的。',
    'The file is over 50 MB. Choose a smaller one.',
  ],
  pictureUnreadable: [
    '浏览器读不了这个图片。存为 JPEG 或 PNG 后再试。',
    'The browser cannot read this picture. Save it as JPEG or PNG and try again.',
  ],
  soundUnreadable: [
    '浏览器读不了这个声音。存为 WAV 或 MP3 后再试。',
    'The browser cannot read this sound. Save it as WAV or MP3 and try again.',
  ],
  soundTooLong: ['超过 10 分钟。截短后再试。', 'It is over 10 minutes. Cut it and try again.'],
  tableUnreadable: [
    '这不是表格：首行要是列名，其下至少一行，引号要成对。',
    'This is no table: the first row names the columns, with a row or more below, and quotes are closed.',
  ],
  tableTooLong: ['超过 20,000 行。减少后再试。', 'It has over 20,000 rows. Send fewer.'],
  textMissing: ['先写入或粘贴文本。', 'Write or paste a text first.'],
  textsTooMany: ['超过 256 行。减少后再试。', 'There are over 256 lines. Send fewer.'],
  textTooLong: ['一条超过 20,000 字。截短后再试。', 'A text has over 20,000 characters. Cut it.'],
  sampleMissing: [
    '样例没有取到。再试一次，或用自己的文件。',
    'The sample could not be fetched. Try again, or use a file of your own.',
  ],

  asking: ['正在应答', 'Answering'],
  working: ['模型在工作', 'The model works'],
  wake: ['唤醒模型', 'Wake the model'],
  answerStep: ['应答', 'Answer'],
  answerOf: ['第 {{done}} 次，共 {{of}} 次', 'Call {{done}} of {{of}}'],
  meanwhile: [
    '可以离开此页；离开即取消。首次调用要加载模型，之后就快了。',
    'Leaving this page cancels the call. The first call loads the model; those after it are quick.',
  ],
  failed: ['没有得到回答', 'There was no answer'],
  failedKept: ['输入还在，没有计次数。', 'What was sent is still here; nothing was counted.'],
  nextInvalid: ['换一个输入再试。', 'Try another input.'],
  nextLater: ['稍等再运行一次。', 'Wait a moment, and run it again.'],
  nextSignIn: ['登录后再运行。', 'Sign in, and run it again.'],
  nextOwner: ['若一再发生，把代码告诉所有者。', 'If it happens again, tell the owner the code.'],

  result: ['结果', 'Result'],
  took: [
    '模型 {{server}} 毫秒 · 往返 {{trip}} 毫秒',
    'Model {{server}} ms · round trip {{trip}} ms',
  ],
  tookMany: [
    '{{count}} 次：模型中位数 {{server}} 毫秒，p90 {{serverHigh}} 毫秒；往返中位数 {{trip}} 毫秒，p90 {{tripHigh}} 毫秒',
    '{{count}} call: model median {{server}} ms, p90 {{serverHigh}} ms; round trip median {{trip}} ms, p90 {{tripHigh}} ms',
    '{{count}} calls: model median {{server}} ms, p90 {{serverHigh}} ms; round trip median {{trip}} ms, p90 {{tripHigh}} ms',
  ],
  rawAnswer: ['JSON 回答', 'The answer as JSON'],
  cut: [
    '只显示前 {{count}} 项。',
    'Only the first {{count}} is shown.',
    'Only the first {{count}} are shown.',
  ],

  labels: ['类别', 'Labels'],
  label: ['类别', 'Label'],
  score: ['得分', 'Score'],
  place: ['位置', 'Place'],
  found: ['找到 {{count}} 处', 'Found {{count}}', 'Found {{count}}'],
  foundNone: ['没有找到。', 'Nothing was found.'],
  lines: ['{{count}} 行文字', '{{count}} line of text', '{{count}} lines of text'],
  allText: ['全文', 'All of the text'],
  copyText: ['复制全文', 'Copy the text'],

  segments: [
    '{{count}} 段人声，共 {{seconds}} 秒',
    '{{count}} stretch of voice, {{seconds}} s in all',
    '{{count}} stretches of voice, {{seconds}} s in all',
  ],
  segment: ['{{start}}–{{end}} 秒', '{{start}}–{{end}} s'],
  play: ['播放', 'Play'],
  playAll: ['播放全部', 'Play all of it'],
  stopPlaying: ['停止', 'Stop'],
  playSegment: ['播放 {{start}}–{{end}} 秒', 'Play {{start}}–{{end}} s'],
  waveSays: [
    '{{seconds}} 秒的波形，{{count}} 段人声：{{spans}}',
    'The wave of {{seconds}} s, with voice in {{count}} stretch: {{spans}}',
    'The wave of {{seconds}} s, with voice in {{count}} stretches: {{spans}}',
  ],
  wave: ['波形', 'Wave'],
  voice: ['人声', 'Voice'],
  probability: ['人声概率', 'Probability of voice'],

  textNumber: ['第 {{number}} 条', 'Text {{number}}'],
  wordsFound: ['{{count}} 个词', '{{count}} word', '{{count}} words'],
  keywords: ['关键词', 'Keywords'],

  similarity: ['相似度（余弦）', 'Similarity (cosine)'],
  similarityWhy: [
    '1 为方向相同，0 为毫不相关；颜色越深越相近。',
    '1 is the same direction, 0 nothing in common; the darker, the closer.',
  ],
  vectors: [
    '{{count}} 条，每条 {{length}} 维；共读入 {{tokens}} 个词元',
    '{{count}} text, {{length}} numbers each; {{tokens}} tokens read',
    '{{count}} texts, {{length}} numbers each; {{tokens}} tokens read',
  ],
  oneVector: [
    '再写一行，就能看到两条有多相近。',
    'Write another line to see how close the two are.',
  ],

  flagged: [
    '{{rows}} 行中有 {{count}} 行被标出；得分达到 {{threshold}} 即标出',
    '{{count}} of {{rows}} rows is flagged, from a score of {{threshold}} on',
    '{{count}} of {{rows}} rows are flagged, from a score of {{threshold}} on',
  ],
  scoresSay: [
    '{{rows}} 行的得分，从 {{low}} 到 {{high}}；标出的行：{{flagged}}',
    'Scores of {{rows}} rows from {{low}} to {{high}}; flagged: {{flagged}}',
  ],
  scoreOfRow: ['得分', 'Score'],
  thresholdLine: ['阈值', 'Threshold'],
  flaggedDot: ['标出的行', 'Flagged rows'],
  rowNumber: ['行', 'Row'],
  none: ['无', 'none'],

  snippetsWhy: [
    '与上面相同的调用，粘贴即可运行。在账户页建一个 API 密钥，先在终端里设好：',
    'The same call as above; each runs as it is pasted. Make an API key on the account page, and set it in the terminal first:',
  ],
  makeKey: ['去账户页建 API 密钥', 'Make an API key on the account page'],
  snippetsEmpty: [
    '运行一次，这里就有同一调用的代码。',
    'Run it once, and the code of that call stands here.',
  ],
  ownFile: ['代码读当前文件夹里的 {{name}}。', 'The code reads {{name}} in the current folder.'],
  saveFirst: [
    '发送的内容只在这个页面里。先保存为 {{name}}，代码读的就是它。',
    'What was sent is on this page only. Save it as {{name}} first: the code reads it.',
  ],
  save: ['保存 {{name}}', 'Save {{name}}'],
  curl: ['curl', 'curl'],
  python: ['Python（只用标准库）', 'Python (its own library only)'],
  script: [
    'TypeScript（存为 call.mts，用 Node.js 24 运行）',
    'TypeScript (save as call.mts, run with Node.js 24)',
  ],
});
