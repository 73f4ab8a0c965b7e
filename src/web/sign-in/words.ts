import { defineWords } from '#web/words.ts';

export const words = defineWords('sign-in', {
  title: ['登录', 'Sign in'],
  why: ['登录后回到刚才的页面。', 'You come back to the page you were on.'],
  email: ['邮箱', 'Mail address'],
  emailWrong: ['填写完整的邮箱', 'Fill in a whole mail address'],
  password: ['密码', 'Password'],
  passwordMissing: ['填写密码', 'Fill in the password'],
  signIn: ['登录', 'Sign in'],
  forgotten: [
    '忘了密码：向平台的安全管理员申请一次性密码。',
    'Password forgotten: a security administrator of the platform issues a one-time password.',
  ],
  noAccount: ['没有账户', 'No account yet'],
  openAccount: ['开户', 'Open an account'],

  codeTitle: ['第二步：验证码', 'Second step: the code'],
  codeWhy: [
    '密码对了。再填验证器应用里的六位数字。',
    'The password is right. Now the six figures from the authenticator app.',
  ],
  code: ['验证码', 'Code'],
  codeHelp: ['六位数字，每 30 秒换一次', 'Six figures that change every 30 seconds'],
  codeWrong: ['验证码是六位数字', 'The code has six figures'],
  verify: ['验证', 'Verify'],
  useRecovery: ['用恢复码', 'Use a recovery code'],
  recoveryTitle: ['第二步：恢复码', 'Second step: a recovery code'],
  recoveryWhy: [
    '手机不在身边时，用启用两步登录时保存的恢复码。每个只能用一次。',
    'Without the phone: one of the recovery codes kept from when the second factor was enabled. Each works once.',
  ],
  recovery: ['恢复码', 'Recovery code'],
  recoveryMissing: ['填写恢复码', 'Fill in a recovery code'],
  useCode: ['用验证码', 'Use the code'],
  startAgain: ['换一个账户', 'Another account'],

  changeTitle: ['换掉一次性密码', 'Replace the one-time password'],
  changeWhy: [
    '现在的密码是别人给的，只能用来设置自己的密码。设置之后才能继续。',
    'The present password came from somebody else and only serves to set one of your own. Then you go on.',
  ],
  current: ['一次性密码', 'One-time password'],
  newPassword: ['新密码', 'New password'],
  newHelp: [
    '10 到 128 个字符；几个词连在一起就好记',
    '10 to 128 characters; a few words are easy to keep',
  ],
  newWrong: ['新密码须为 10 到 128 个字符', 'The new password needs 10 to 128 characters'],
  newSame: ['新密码不能与一次性密码相同', 'It cannot be the one-time password again'],
  again: ['再填一次', 'The same again'],
  againWrong: ['两次填的不一样', 'The two differ'],
  change: ['设置密码', 'Set the password'],
  changed: ['密码已设置，其他会话已结束', 'The password is set; other sessions have ended'],

  inTitle: ['已登录', 'Signed in'],
  inWhy: ['当前身份：{{name}}', 'Signed in as {{name}}'],
  goOn: ['继续', 'Go on'],
  signOut: ['退出', 'Sign out'],

  registerTitle: ['开户', 'Open an account'],
  registerWhy: [
    '为自己开一个账户；凭邀请开户的，同时成为邀请机构的成员。',
    'An account for yourself; with an invitation you also join the organisation that sent it.',
  ],
  name: ['姓名', 'Name'],
  nameMissing: ['填写姓名', 'Fill in a name'],
  nameHelp: ['别人在办件和名单里看到的名字', 'What others see in cases and lists'],
  invitation: ['邀请码', 'Invitation'],
  invitationHelp: [
    '机构给你的邀请码；平台开放开户时可以不填',
    'From the organisation that invites you; not needed where accounts are open to everybody',
  ],
  register: ['开户并登录', 'Open the account and sign in'],
  haveAccount: ['已有账户', 'There is an account already'],
  acceptTitle: ['接受邀请', 'Accept an invitation'],
  acceptWhy: [
    '已登录为{{name}}。接受后成为邀请机构的成员。',
    'Signed in as {{name}}. Accepting makes you a member of the organisation that invites.',
  ],
  accept: ['接受邀请', 'Accept'],
  accepted: ['已加入{{name}}', 'You have joined {{name}}'],
});
