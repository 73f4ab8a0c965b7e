import type { Words } from '#kernel/entities.ts';

/**
 * The goals of 《上海市人工智能产业发展“十四五”规划》, part 三, section （三）发展目标, in its own words. The plan
 * runs from 2021 to 2025 and gives no value for 2020, so no base stands here: a path begins with the
 * value of `baseYear` that somebody enters from a source.
 */

/**
 * How the path runs. `linear` and `geometric`: from the base to the goal, by equal steps or equal growth.
 * `mean`, `compound_mean`: the mean over the plan's years is the goal, in each year; growth rates compound.
 */
export const pathShapes = ['linear', 'geometric', 'mean', 'compound_mean'] as const;
export type PathShape = (typeof pathShapes)[number];

export type Target = {
  targetId: string;
  indicatorId: string;
  /** To be reached at least. */
  value: number;
  year: number;
  baseYear: number;
  shape: PathShape;
  /** The plan says 左右, about. */
  approximate: boolean;
  /** The plan's words. */
  quote: string;
  place: Words;
};

const items = ['一', '二', '三', '四'];

function goal(
  item: number,
  target: Pick<Target, 'indicatorId' | 'value' | 'quote'> &
    Partial<Pick<Target, 'shape' | 'approximate'>>,
): Target {
  return {
    shape: 'linear',
    approximate: false,
    ...target,
    targetId: `plan-2025-${target.indicatorId}`,
    year: 2025,
    baseYear: 2020,
    place: {
      zh: `《上海市人工智能产业发展“十四五”规划》三、（三）发展目标，第${items[item - 1]}项`,
      en: `Shanghai's 14th five-year plan for the AI industry, III (3) Development goals, item ${item}`,
    },
  };
}

export const targets: readonly Target[] = [
  goal(1, {
    indicatorId: 'industry-scale',
    value: 4000,
    shape: 'geometric',
    quote: '到2025年，上海人工智能规上产业规模年均增长12%以上，达到4000亿元',
  }),
  goal(1, {
    indicatorId: 'industry-growth',
    value: 12,
    shape: 'compound_mean',
    quote: '到2025年，上海人工智能规上产业规模年均增长12%以上，达到4000亿元',
  }),
  goal(2, {
    indicatorId: 'application-cases',
    value: 100,
    quote: '到2025年，形成10大类100个人工智能深度应用案例',
  }),
  goal(2, {
    indicatorId: 'demonstration-firms',
    value: 500,
    quote: '培育500家智能化示范企业',
  }),
  goal(3, {
    indicatorId: 'talent',
    value: 300_000,
    quote: '力争到2025年上海人工智能人才规模达到30万人',
  }),
  goal(3, {
    indicatorId: 'top-teams',
    value: 20,
    quote: '集聚20个以上国际顶尖人工智能团队',
  }),
  goal(3, {
    indicatorId: 'training-bases',
    value: 20,
    approximate: true,
    quote: '建成20个左右人才培养与实训基地',
  }),
  goal(4, {
    indicatorId: 'standards',
    value: 10,
    quote: '参与10个国家或国际标准编制',
  }),
  goal(4, {
    indicatorId: 'invention-patents',
    value: 1000,
    shape: 'mean',
    quote: '年均申请发明专利1000件',
  }),
];

const byIndicator = new Map(targets.map((target) => [target.indicatorId, target]));

export function targetOf(indicatorId: string): Target | undefined {
  return byIndicator.get(indicatorId);
}
