import { defineWords } from '#web/words.ts';

/** What is asked before anything is stopped or released. */
export const stopQuestionWords = defineWords('governance.stopQuestion', {
  stop: ['急停', 'Stop'],
  stopTitle: ['急停“{{name}}”', 'Stop “{{name}}”'],
  stopWhy: [
    '它立即不再应答，直到有人解除。理由写入账本。',
    'It answers nothing more until somebody releases it. The reason goes on record.',
  ],
  stopReasonHelp: ['例如：误报过多，影响值班', 'For example: too many false alarms on duty'],
  stopped: ['已急停', 'It was stopped'],
  release: ['解除急停', 'Release'],
  releaseTitle: ['解除“{{name}}”的急停', 'Release “{{name}}”'],
  releaseWhy: ['解除后立即恢复应答。', 'It answers again at once.'],
  releaseReasonHelp: ['例如：已查明原因并修复', 'For example: the cause was found and mended'],
  released: ['已解除', 'It was released'],
  reason: ['理由', 'Reason'],
});
