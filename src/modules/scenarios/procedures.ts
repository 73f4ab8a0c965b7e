import type { Procedure } from '#modules/cases';

/**
 * The procedures of calls: one quick step before a call is opened, and the way from the leaderboard to the award.
 * The notice's period is the call's own.
 */
export const scenariosProcedures: readonly Procedure[] = [
  {
    name: 'scenarios.publish',
    title: { zh: '揭榜发布审核', en: 'Publication of a call' },
    steps: [
      {
        kind: 'decision',
        name: 'approval',
        title: { zh: '发布审核', en: 'Approval' },
        deciders: [{ role: 'operator' }],
        decisions: ['approve', 'return', 'reject'],
        deadline: { workingDays: 3 },
        onExpiry: 'escalate',
        recuse: false,
      },
    ],
  },
  {
    name: 'scenarios.award',
    title: { zh: '揭榜评审与公示', en: 'Review and award of a call' },
    steps: [
      {
        kind: 'decision',
        name: 'review',
        title: { zh: '评审', en: 'Review' },
        deciders: [{ role: 'operator' }, { role: 'expert' }],
        decisions: ['approve', 'reject'],
        deadline: { workingDays: 10 },
        onExpiry: 'escalate',
        recuse: true,
      },
      {
        kind: 'notice',
        name: 'notice',
        title: { zh: '公示', en: 'Public notice' },
        deciders: [{ role: 'operator' }],
        deadline: { workingDays: 5 },
        recuse: true,
      },
      {
        kind: 'decision',
        name: 'award',
        title: { zh: '中榜决定', en: 'Award' },
        deciders: [{ role: 'operator' }],
        decisions: ['approve', 'return', 'reject'],
        deadline: { workingDays: 5 },
        onExpiry: 'escalate',
        recuse: true,
      },
    ],
  },
];
