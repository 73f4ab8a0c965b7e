import { defineWords } from '#web/words.ts';

export const revisionFindingsWords = defineWords('hub.revisionFindings', {
  revisionDanger: [
    '{{count}} 个文件有危险，下载前先看检查结果。',
    '{{count}} file is dangerous; read what was found before downloading it.',
    '{{count}} files are dangerous; read what was found before downloading them.',
  ],
  revisionWarning: [
    '{{count}} 个文件需要留意。',
    '{{count}} file needs care.',
    '{{count}} files need care.',
  ],
  revisionWaiting: [
    '{{count}} 个文件正等待检查。',
    '{{count}} file waits to be inspected.',
    '{{count}} files wait to be inspected.',
  ],
  revisionFailed: [
    '{{count}} 个文件未能检查。',
    '{{count}} file could not be inspected.',
    '{{count}} files could not be inspected.',
  ],
});
