import { defineWords } from '#web/words.ts';

export const words = defineWords('inbox', {
  title: ['消息与办件', 'Notices and cases'],
  why: [
    '等你决定的办件，和平台给你的消息。',
    'Cases that wait for your decision, and notices to you.',
  ],
  stranger: ['登录后看得到自己的消息和办件', 'Sign in to see your notices and cases'],
  strangerWhy: ['消息只给登录的主体。', 'Notices go to those who are signed in.'],
  toDecide: ['待你决定', 'Yours to decide'],
  nothingToDecide: ['没有等你决定的办件。', 'Nothing waits for your decision.'],
  allCases: ['全部办件', 'All cases'],
  due: ['限 {{at}}', 'due {{at}}'],
  notices: ['消息', 'Notices'],
  count: ['共 {{count}} 条消息', '{{count}} notice', '{{count}} notices'],
  unread: ['未读', 'Unread'],
  read: ['已读', 'Read'],
  state: ['状态', 'State'],
  notice: ['消息', 'Notice'],
  at: ['时间', 'Time'],
  markAll: ['全部标为已读', 'Mark all as read'],
  allRead: ['已全部标为已读', 'All are marked as read'],
  none: ['这里将列出消息', 'Notices will stand here'],
  noneWhy: [
    '办件到了你这里、应答有了结果、异议有了处理时，都会有消息。',
    'You get one when a case comes to you, a submission has an outcome, or an objection is decided.',
  ],
  settings: ['怎样接收', 'How they come'],
});
