import { defineWords } from '#web/words.ts';

export const words = defineWords('layout', {
  skip: ['跳到正文', 'Skip to the content'],
  navigation: ['主导航', 'Main'],
  openNavigation: ['打开导航', 'Open the navigation'],
  home: ['首页', 'Home'],
  scenarios: ['场景', 'Scenarios'],
  assurance: ['测评', 'Assurance'],
  governance: ['风险治理', 'Governance'],
  exchange: ['交易', 'Exchange'],
  serving: ['在线服务', 'Serving'],
  city: ['城市运行', 'City'],
  cases: ['办件', 'Cases'],
  hub: ['资源库', 'Hub'],
  jobs: ['作业', 'Jobs'],
  observatory: ['观测台', 'Observatory'],
  ledger: ['账本', 'Ledger'],
  verify: ['核验', 'Verify'],
  parties: ['主体', 'Parties'],
  start: ['开始', 'Start'],
  loop: ['从需求到服务', 'From need to service'],
  commons: ['共享资源', 'Commons'],
  record: ['记录与核验', 'Record'],
  brand: ['头雁', '头雁 Touyan'],
  otherLanguage: ['English', '中文'],

  search: ['搜索场景、算法、作业、证书', 'Search scenarios, algorithms, jobs, certificates'],
  searchShort: ['搜索', 'Search'],
  inbox: ['消息与办件', 'Notices and cases'],
  inboxWaiting: [
    '消息与办件，{{count}} 件待处理',
    'Notices and cases, {{count}} waiting',
    'Notices and cases, {{count}} waiting',
  ],
  lost: [
    '与平台的连接已断，正在重新连接。',
    'The connection to the platform is lost; reconnecting.',
  ],

  enter: ['进入', 'Enter'],
  signIn: ['用账户登录', 'Sign in with an account'],
  account: ['我的账户', 'My account'],
  signOut: ['退出', 'Sign out'],
  enterAs: ['以一种身份进入', 'Enter as'],
  changeTo: ['换一种身份', 'Change to'],
  entered: ['已进入，身份是{{role}}', 'Entered as {{role}}'],
  left: ['已退出', 'Signed out'],
  language: ['语言', 'Language'],
  density: ['疏密', 'Density'],
  roomy: ['宽松', 'Roomy'],
  dense: ['紧凑', 'Dense'],

  hospital: ['医院', 'Hospital'],
  hospitalWhy: ['发布需求，比较应答', 'publishes a need, compares the answers'],
  vendor: ['厂商', 'Vendor'],
  vendorWhy: ['提交算法，看名次和原因', 'submits an algorithm, sees rank and reason'],
  expert: ['专家', 'Expert'],
  expertWhy: ['评审榜单，回避留痕', 'reviews leaderboards, with recusals on record'],
  district: ['区', 'District'],
  districtWhy: ['发布本区的场景，跟进到中榜', 'publishes the scenarios of a district'],
  operator: ['运营方', 'Operator'],
  operatorWhy: ['审批、公示、停用', 'approves, publishes, stops'],
  auditor: ['审计', 'Auditor'],
  auditorWhy: ['核验每一个数字', 'checks any number'],
  system_administrator: ['系统管理员', 'System administrator'],
  security_administrator: ['安全管理员', 'Security administrator'],
  audit_administrator: ['审计管理员', 'Audit administrator'],

  demonstration: ['演示平台，主体均为虚构。', 'A demonstration; its parties are invented.'],
  processCrash: [
    '当前数据库经得起进程中断，经不起断电。',
    'Its database survives a crash of the process, not a loss of power.',
  ],
  interfaces: ['接口说明', 'API reference'],
  version: ['版本 {{version}}', 'Version {{version}}'],
});

const personas = ['hospital', 'vendor', 'expert', 'district', 'operator', 'auditor'] as const;
const roles = [
  ...personas,
  'system_administrator',
  'security_administrator',
  'audit_administrator',
] as const;

/** The key of the word for a persona of a demonstration; null for one without a word. */
export function personaKey(name: string): (typeof personas)[number] | null {
  return personas.find((persona) => persona === name) ?? null;
}

/** The key of the word for a persona or a role of the platform; null for one without a word. */
export function roleKey(name: string | null): (typeof roles)[number] | null {
  return roles.find((role) => role === name) ?? null;
}
