import type { Problem } from '#web/problem.ts';
import type { WorkStep } from '#web/ui/long-work.tsx';
import type { Deadline, FactLine, Person } from '#web/ui/side.tsx';
import type { State } from '#web/ui/state-tag.tsx';
import type { Trust } from '#web/ui/trust-drawer.tsx';

/** What the gallery shows; invented, and nowhere else in the portal. */

export const states: readonly State[] = [
  'draft',
  'waiting',
  'running',
  'done',
  'failed',
  'stopped',
  'expired',
];

const at = '2026-11-23T06:05:00.000Z';
const digest = `sha256:${'3f9a'.repeat(16)}`;

export const facts: readonly FactLine[] = [
  { id: '3', at, sentence: '测评完成，得分 0.913。', actor: '测评服务', href: '/ledger' },
  { id: '2', at: '2026-11-23T06:01:10.000Z', sentence: '应答已封存。', actor: '知行智能' },
  { id: '1', at: '2026-11-22T01:00:00.000Z', sentence: '揭榜发布。', actor: '瑞金医院' },
];

export const deadlines: readonly Deadline[] = [
  { name: '公示结束', at: '2099-11-30T09:00:00.000Z', met: false },
  { name: '专家评审', at: '2020-11-20T09:00:00.000Z', met: false },
  { name: '形式审查', at: '2026-11-18T09:00:00.000Z', met: true },
];

export const people: readonly Person[] = [
  { name: '瑞金医院', role: '场景方', href: '/parties' },
  { name: '评审组', role: '5 位专家' },
];

export const trust: Trust = {
  sentence: '“稳健 z 分数”在隐藏数据上的得分为 0.913，由 2 个隔离作业得出。',
  factId: digest,
  at,
  actor: '测评服务',
  level: 'recomputed',
  place: { index: 1_024, size: 1_311 },
  digests: [
    { name: '数据', value: digest },
    { name: '评分程序', value: digest },
  ],
  proofHref: '/api/v1/ledger/facts/1/proof',
};

export const workSteps: readonly WorkStep[] = [
  {
    key: 'queue',
    label: '排队',
    state: 'done',
    startedAt: at,
    endedAt: '2026-11-23T06:05:04.200Z',
  },
  {
    key: 'predict',
    label: '预测作业',
    state: 'running',
    startedAt: new Date(Date.now() - 65_000).toISOString(),
    expectedSeconds: 90,
    note: '已处理 12,400 / 20,000 行',
  },
  { key: 'score', label: '评分作业', state: 'draft', expectedSeconds: 4 },
];

const problem = (code: string, category: Problem['category'], data: Problem['data']): Problem => ({
  code,
  category,
  data,
  message: 'The platform made a mistake.',
});

export const problems = {
  internal: problem('kernel.internal', 'unavailable', { requestId: 'req_01k' }),
  missing: problem('kernel.missing', 'missing', { id: 'scn_01' }),
  denied: problem('kernel.denied', 'denied', {
    permission: 'scenarios.call.write',
    owner: '瑞金医院',
  }),
  stranger: problem('kernel.not_signed_in', 'unauthenticated', {}),
} as const;

export const markdown = `# 稳健 z 分数
逐点检测，**只看过去**。参数 \`threshold\` 越大，*误报*越少。

- 输入：温度、湿度
- 输出：是否异常

| 参数 | 默认 | 说明 |
| --- | --- | --- |
| threshold | 3.5 | 阈值 |
| window | 48 | 窗口长度 |

> 数据见 [GitHub](https://github.com)；[不安全](javascript:alert(1)) 的链接只是文字。

\`\`\`
python detect.py --window 48
\`\`\`
`;
