import { defineWords } from '#web/words.ts';

/** The words of the drawer 为什么可信, apart from those that every page loads. */
export const trustWords = defineWords('trust', {
  trust: ['为什么可信', 'Why trust this'],
  proofLevel: ['证明程度', 'What checking proves'],
  included: ['已收录', 'Included'],
  includedWhy: [
    '这条事实当时已写入账本，之后没有被改动。',
    'The fact was in the ledger at that time and has not changed since.',
  ],
  recomputed: ['可重算', 'Recomputed'],
  recomputedWhy: [
    '这个数字可以由公开的输入重新算出。',
    'The number follows from inputs that are disclosed.',
  ],
  attested: ['经复核', 'Attested'],
  attestedWhy: [
    '有权的一方已重新计算并签字。',
    'A party with the authority to do so has recomputed and signed it.',
  ],
  fact: ['事实', 'Fact'],
  when: ['时间', 'Time'],
  actor: ['作出者', 'By'],
  place: ['在账本中的位置', 'Place in the ledger'],
  digest: ['摘要', 'Digest'],
  downloadProof: ['下载证明', 'Download the proof'],
  openVerify: ['打开核验页', 'Open the verify page'],
  howToVerify: ['怎样自己核验', 'How to check it yourself'],
  howOnline: [
    '在核验页打开下载的文件：核验在浏览器里进行，文件不会上传。',
    'Open the file on the verify page: the check runs in the browser, nothing is uploaded.',
  ],
  howOffline: ['或者在终端里，无需联网：', 'Or in a terminal, without a network:'],
});
