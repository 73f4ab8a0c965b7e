import type { Words } from '#kernel/entities.ts';
import { kernelErrors } from '#kernel/errors.ts';

/**
 * The indicators, as versioned data. Nine follow the goals of the plan and are entered from sources;
 * the others count what this platform itself produced, one from the facts of one kind each.
 */

type Described = {
  indicatorId: string;
  title: Words;
  unit: Words;
  /** How the number comes about. */
  method: Words;
};

export type EnteredIndicator = Described & {
  source: 'entered';
  /** Whole numbers only, and none below 0. */
  whole: boolean;
};

export type CountedIndicator = Described & {
  source: 'platform';
  factKind: string;
  /** The whole number in the fact's body that is added up; null: each fact counts one. */
  member: string | null;
  /** Whether anybody may read these facts, as another page publishes the same ones. */
  disclosed: boolean;
  /** `money_minor`: hundredths of a currency unit. */
  format: 'number' | 'money_minor';
};

export type Indicator = EnteredIndicator | CountedIndicator;

const cases = { zh: '个', en: 'cases' };
const reported: Words = {
  zh: '由填报单位按公开来源填报，经另一人审核后发布；每次修订保留版本期。',
  en: 'Reported from a named source, reviewed by another person, then published; revisions are kept.',
};

const entered = (
  indicatorId: string,
  title: Words,
  unit: Words,
  whole = true,
): EnteredIndicator => ({ indicatorId, title, unit, method: reported, source: 'entered', whole });

const enteredIndicators: readonly EnteredIndicator[] = [
  entered(
    'industry-scale',
    { zh: '人工智能规上产业规模', en: 'AI industry scale above designated size' },
    { zh: '亿元', en: 'hundred million CNY' },
    false,
  ),
  entered(
    'industry-growth',
    { zh: '人工智能规上产业规模年增长', en: 'Yearly growth of the AI industry scale' },
    { zh: '%', en: '%' },
    false,
  ),
  entered('application-cases', { zh: '深度应用案例', en: 'Deep application cases' }, cases),
  entered(
    'demonstration-firms',
    { zh: '智能化示范企业', en: 'Demonstration firms' },
    { zh: '家', en: 'firms' },
  ),
  entered(
    'talent',
    { zh: '人工智能人才规模', en: 'People working in AI' },
    { zh: '人', en: 'people' },
  ),
  entered(
    'top-teams',
    { zh: '国际顶尖人工智能团队', en: 'Leading international AI teams' },
    { zh: '个', en: 'teams' },
  ),
  entered(
    'training-bases',
    { zh: '人才培养与实训基地', en: 'Talent training bases' },
    { zh: '个', en: 'bases' },
  ),
  entered(
    'standards',
    { zh: '参与编制的国家或国际标准', en: 'National or international standards taken part in' },
    { zh: '个', en: 'standards' },
  ),
  entered(
    'invention-patents',
    { zh: '年度发明专利申请', en: 'Invention patents applied for in a year' },
    { zh: '件', en: 'applications' },
  ),
];

type Counting = Pick<CountedIndicator, 'indicatorId' | 'title' | 'unit' | 'factKind'> &
  Partial<Pick<CountedIndicator, 'member' | 'disclosed' | 'format'>>;

function counted(counting: Counting): CountedIndicator {
  const { factKind, member = null } = counting;
  const method: Words =
    member === null
      ? { zh: `账本中 ${factKind} 事实的条数。`, en: `The number of facts ${factKind}.` }
      : {
          zh: `账本中 ${factKind} 事实的 ${member} 之和。`,
          en: `The sum of ${member} over the facts ${factKind}.`,
        };
  const rest = { disclosed: false, format: 'number' as const };
  return { ...rest, ...counting, member, method, source: 'platform' };
}

const countedIndicators: readonly CountedIndicator[] = [
  counted({
    indicatorId: 'calls-opened',
    title: { zh: '已开放揭榜', en: 'Calls opened' },
    unit: { zh: '个', en: 'calls' },
    factKind: 'scenarios.call_opened',
    disclosed: true,
  }),
  counted({
    indicatorId: 'submissions-evaluated',
    title: { zh: '已记录测评得分', en: 'Scores recorded' },
    unit: { zh: '次', en: 'scores' },
    factKind: 'assurance.score_recorded',
  }),
  counted({
    indicatorId: 'certificates-issued',
    title: { zh: '已颁发证书', en: 'Certificates issued' },
    unit: { zh: '张', en: 'certificates' },
    factKind: 'assurance.certificate_issued',
    disclosed: true,
  }),
  counted({
    indicatorId: 'tiers-assessed',
    title: { zh: '已评定风险等级', en: 'Risk tiers assessed' },
    unit: { zh: '次', en: 'assessments' },
    factKind: 'governance.tier_assessed',
  }),
  counted({
    indicatorId: 'agreements-activated',
    title: { zh: '已生效合约', en: 'Agreements activated' },
    unit: { zh: '份', en: 'agreements' },
    factKind: 'exchange.agreement_activated',
  }),
  counted({
    indicatorId: 'deployments-created',
    title: { zh: '已创建部署', en: 'Deployments created' },
    unit: { zh: '个', en: 'deployments' },
    factKind: 'serving.deployment_created',
  }),
  counted({
    indicatorId: 'observations-stored',
    title: { zh: '已入库观测（含回放）', en: 'Observations stored, replayed ones too' },
    unit: { zh: '条', en: 'observations' },
    factKind: 'city.observations_counted',
    member: 'count',
    disclosed: true,
  }),
  counted({
    indicatorId: 'observations-replayed',
    title: { zh: '其中回放观测，非上海实测', en: 'Of these replayed, not measured in Shanghai' },
    unit: { zh: '条', en: 'observations' },
    factKind: 'city.observations_counted',
    member: 'replayed',
    disclosed: true,
  }),
  counted({
    indicatorId: 'incidents-closed',
    title: {
      zh: '已办结事件（含回放数据上的）',
      en: 'Incidents closed, those on replayed data too',
    },
    unit: { zh: '起', en: 'incidents' },
    factKind: 'city.incident_closed',
  }),
  counted({
    indicatorId: 'calls-settled',
    title: { zh: '已结算调用', en: 'Calls of services settled' },
    unit: { zh: '次', en: 'calls' },
    factKind: 'exchange.settled',
    member: 'calls',
  }),
  counted({
    indicatorId: 'amount-settled',
    title: { zh: '已结算金额（充值为模拟支付）', en: 'Amount settled, from simulated payments' },
    unit: { zh: '元', en: 'CNY' },
    factKind: 'exchange.settled',
    member: 'amountMinor',
    format: 'money_minor',
  }),
];

export const indicators: readonly Indicator[] = [...enteredIndicators, ...countedIndicators];

const byId = new Map(indicators.map((indicator) => [indicator.indicatorId, indicator]));

/** Throws `kernel.missing`. */
export function existingIndicator(indicatorId: string): Indicator {
  const indicator = byId.get(indicatorId);
  if (!indicator) throw kernelErrors.make.missing({ id: indicatorId });
  return indicator;
}

/** Those that count facts. */
export function isCounted(indicator: Indicator): indicator is CountedIndicator {
  return indicator.source === 'platform';
}
