import type { Procedure } from '#modules/cases';

const decision: Procedure['steps'][number] = {
  kind: 'decision',
  name: 'approval',
  title: { zh: '准入决定', en: 'Approval' },
  deciders: [{ role: 'operator' }],
  decisions: ['approve', 'return', 'reject'],
  deadline: { workingDays: 5 },
  onExpiry: 'escalate',
  recuse: true,
};

/** An approval: the operator decides; where the tier is high, an expert looks at it before. */
export const governanceProcedures: readonly Procedure[] = [
  {
    name: 'governance.approval',
    title: { zh: '算法准入', en: 'Approval of a use' },
    steps: [decision],
  },
  {
    name: 'governance.approval_high',
    title: { zh: '算法准入（高风险）', en: 'Approval of a high-risk use' },
    steps: [
      {
        kind: 'decision',
        name: 'expert_review',
        title: { zh: '专家复核', en: 'Expert review' },
        deciders: [{ role: 'expert' }],
        decisions: ['approve', 'return', 'reject'],
        deadline: { workingDays: 10 },
        onExpiry: 'escalate',
        recuse: true,
      },
      decision,
    ],
  },
];
