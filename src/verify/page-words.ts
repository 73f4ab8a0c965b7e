import type { Language } from './words.ts';

/** What the page says around a report. */
export interface PageWords {
  readonly title: string;
  readonly lead: string;
  readonly keys: string;
  readonly keysHelp: string;
  readonly file: string;
  readonly fileHelp: string;
  readonly otherLanguage: string;
  readonly place: string;
  readonly value: string;
  readonly level: string;
  readonly basis: string;
  readonly claims: string;
  readonly noLogKey: string;
  readonly tooLarge: string;
  readonly notText: string;
  readonly noCrypto: string;
}

/** The page's words in each language. */
export const pageWords: Readonly<Record<Language, PageWords>> = {
  en: {
    title: 'Touyan verify',
    lead: 'Checks a certificate, leaderboard or receipt here on this computer. Nothing is sent anywhere.',
    keys: 'Public keys',
    keysHelp:
      'The log’s key and its witnesses’ keys, one a line, or a tlog-policy. Get them from someone you trust, not from the file.',
    file: 'File to check',
    fileHelp: 'Choose a file, or drop one here.',
    otherLanguage: '中文',
    place: 'Where',
    value: 'Value',
    level: 'What is proven',
    basis: 'Rests on',
    claims: 'Claims',
    noLogKey: 'Enter the public key of the log first.',
    tooLarge: 'The file is larger than 64 MiB.',
    notText: 'The file is not UTF-8 text.',
    noCrypto:
      'This browser cannot check Ed25519 signatures. Use a current one, or the command line.',
  },
  zh: {
    title: '头雁核验',
    lead: '在本机核验证书、榜单或回执，不向任何地方发送数据。',
    keys: '公钥',
    keysHelp:
      '账本的公钥和见证方的公钥，每行一个；也可以是 tlog-policy。请从可信的人处取得，不要取自文件本身。',
    file: '要核验的文件',
    fileHelp: '选择文件，或把文件拖到这里。',
    otherLanguage: 'English',
    place: '位置',
    value: '值',
    level: '证明程度',
    basis: '依据',
    claims: '声明',
    noLogKey: '请先填写账本的公钥。',
    tooLarge: '文件大于 64 MiB。',
    notText: '文件不是 UTF-8 文本。',
    noCrypto: '此浏览器不能核验 Ed25519 签名。请使用较新的浏览器，或使用命令行。',
  },
};
