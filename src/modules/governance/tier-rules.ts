import type { Words } from '#kernel/entities.ts';
import type { QuestionName } from './answer-sheet.ts';

/**
 * The rules that give a tier, as data: which answer leads where, and by which article. Changing anything here makes
 * a new `rulesVersion`; what was assessed before keeps the rules it was assessed by. Browser-safe.
 */

export const rulesVersion = '2026-11';

/** From the lightest. */
export const tiers = ['minimal', 'limited', 'high', 'prohibited'] as const;
export type Tier = (typeof tiers)[number];

/**
 * How well a text is known here. `secondary`: read in copies and commentaries, not in the official text. `unverified`:
 * known without a text at hand. A lawyer checks both before anybody relies on them; none is `official` yet.
 */
export const standings = ['official', 'secondary', 'unverified'] as const;

export type Source = { title: Words; url: string; standing: (typeof standings)[number] };

/** Titles and official addresses; the standing says what was read. */
export const sources = {
  euAiAct: {
    title: { zh: '欧盟《人工智能法》(EU) 2024/1689', en: 'Regulation (EU) 2024/1689 (AI Act)' },
    url: 'https://eur-lex.europa.eu/eli/reg/2024/1689/oj',
    standing: 'secondary',
  },
  recommendation: {
    title: {
      zh: '《互联网信息服务算法推荐管理规定》',
      en: 'Provisions on Algorithmic Recommendation in Internet Information Services (China)',
    },
    url: 'https://www.cac.gov.cn/2022-01/04/c_1642894606364259.htm',
    standing: 'secondary',
  },
  personalInformation: {
    title: { zh: '《个人信息保护法》', en: 'Personal Information Protection Law (China)' },
    url: 'http://www.npc.gov.cn/npc/c30834/202108/a8c4e3672c74491a80b53a172bb753fe.shtml',
    standing: 'secondary',
  },
  labelling: {
    title: {
      zh: '《人工智能生成合成内容标识办法》',
      en: 'Measures for Labelling AI-Generated Content (China)',
    },
    url: 'https://www.cac.gov.cn/2025-03/14/c_1743654684782215.htm',
    standing: 'secondary',
  },
  ethicsReview: {
    title: {
      zh: '《科技伦理审查办法（试行）》国科发监〔2023〕167号',
      en: 'Measures for Ethics Review of Science and Technology (trial), 2023 No. 167 (China)',
    },
    url: 'https://www.gov.cn/zhengce/zhengceku/202310/content_6908045.htm',
    standing: 'unverified',
  },
} as const satisfies Record<string, Source>;

type SourceName = keyof typeof sources;
type Condition = { question: QuestionName; is: string };

export type TierRule = {
  id: string;
  tier: Tier;
  /** All of these hold. */
  when: readonly Condition[];
  /** Does not hold where Art. 6(3) of the AI Act takes the system out of Annex III. */
  exemptible?: true;
  text: Words;
  source: SourceName;
  article: string;
};

const prohibited = (code: string, letter: string, zh: string, en: string): TierRule => ({
  id: `eu.5-1-${letter}`,
  tier: 'prohibited',
  when: [{ question: 'practices', is: code }],
  text: { zh, en },
  source: 'euAiAct',
  article: `Art. 5(1)(${letter})`,
});

const annexThree = (code: string, point: number, zh: string, en: string): TierRule => ({
  id: `eu.annex-3-${point}`,
  tier: 'high',
  when: [{ question: 'areas', is: code }],
  exemptible: true,
  text: { zh, en },
  source: 'euAiAct',
  article: `Art. 6(2), Annex III(${point})`,
});

const transparency = (code: string, part: string, zh: string, en: string): TierRule => ({
  id: `eu.50-${part}`,
  tier: 'limited',
  when: [{ question: 'encounters', is: code }],
  text: { zh, en },
  source: 'euAiAct',
  article: `Art. 50(${part.charAt(0)})`,
});

/** Every rule but the two that stand for an absence (see `tier.ts`). */
export const tierRules: readonly TierRule[] = [
  prohibited('manipulation', 'a', '禁止操纵人的行为', 'Manipulating people is prohibited'),
  prohibited('vulnerability', 'b', '禁止利用人的弱点', 'Exploiting vulnerabilities is prohibited'),
  prohibited('social_scoring', 'c', '禁止社会评分', 'Social scoring is prohibited'),
  prohibited(
    'crime_prediction',
    'd',
    '禁止仅凭画像预测犯罪',
    'Predicting crimes from profiles alone is prohibited',
  ),
  prohibited(
    'face_scraping',
    'e',
    '禁止无差别抓取人脸',
    'Untargeted scraping of faces is prohibited',
  ),
  prohibited(
    'emotion_at_work',
    'f',
    '禁止在工作和学校识别情绪',
    'Reading emotions at work and school is prohibited',
  ),
  prohibited(
    'biometric_categories',
    'g',
    '禁止以生物特征推断敏感属性',
    'Inferring sensitive attributes from bodies is prohibited',
  ),
  prohibited(
    'remote_identification',
    'h',
    '禁止为执法实时远程识别',
    'Real-time remote identification for law enforcement is prohibited',
  ),
  annexThree('biometrics', 1, '生物识别属高风险', 'Biometrics are high risk'),
  annexThree(
    'critical_infrastructure',
    2,
    '关键基础设施的安全部件属高风险',
    'Safety components of critical infrastructure are high risk',
  ),
  annexThree('education', 3, '教育领域属高风险', 'Education is high risk'),
  annexThree('employment', 4, '就业领域属高风险', 'Employment is high risk'),
  annexThree('essential_services', 5, '基本服务领域属高风险', 'Essential services are high risk'),
  annexThree('law_enforcement', 6, '执法领域属高风险', 'Law enforcement is high risk'),
  annexThree('migration', 7, '出入境领域属高风险', 'Migration and borders are high risk'),
  annexThree('justice', 8, '司法与选举属高风险', 'Justice and elections are high risk'),
  {
    id: 'eu.6-1',
    tier: 'high',
    when: [{ question: 'safetyComponent', is: 'yes' }],
    text: {
      zh: '须由第三方评定的产品或安全部件属高风险',
      en: 'Products and safety components that a third party must assess are high risk',
    },
    source: 'euAiAct',
    article: 'Art. 6(1), Annex I',
  },
  {
    id: 'cn.ethics-opinion',
    tier: 'high',
    when: [{ question: 'publicOpinion', is: 'yes' }],
    text: {
      zh: '有舆论社会动员能力的算法模型须经专家复核',
      en: 'Models able to mobilise public opinion need expert re-review',
    },
    source: 'ethicsReview',
    article: '附件清单（复核）',
  },
  {
    id: 'cn.ethics-autonomy',
    tier: 'high',
    when: [
      { question: 'riskToLife', is: 'yes' },
      { question: 'automation', is: 'automatic' },
    ],
    text: {
      zh: '面向人身安全、健康风险场景的高度自主决策系统须经专家复核',
      en: 'Highly autonomous decisions where safety or health is at risk need expert re-review',
    },
    source: 'ethicsReview',
    article: '附件清单（复核）',
  },
  {
    id: 'cn.filing',
    tier: 'limited',
    when: [{ question: 'publicOpinion', is: 'yes' }],
    text: {
      zh: '提供服务之日起十个工作日内办理算法备案；备案不是认可',
      en: 'File the algorithm within ten working days of starting; a filing is no endorsement',
    },
    source: 'recommendation',
    article: '第二十四条',
  },
  {
    id: 'cn.automated-decisions',
    tier: 'limited',
    when: [{ question: 'personalDecisions', is: 'yes' }],
    text: {
      zh: '自动化决策须透明、公平，事前作个人信息保护影响评估',
      en: 'Automated decisions are transparent and fair, after an impact assessment',
    },
    source: 'personalInformation',
    article: '第二十四条、第五十五条',
  },
  {
    id: 'cn.labelling',
    tier: 'limited',
    when: [{ question: 'encounters', is: 'generates_content' }],
    text: {
      zh: '生成合成内容须加显式与隐式标识',
      en: 'Generated content carries visible and embedded labels',
    },
    source: 'labelling',
    article: '第四条、第五条',
  },
  transparency('talks_to_people', '1', '须告知对方在与 AI 交互', 'People are told that it is AI'),
  transparency('generates_content', '2', '生成内容须可识别', 'Generated content is marked'),
  transparency('reads_bodies', '3', '须告知受影响的人', 'The people concerned are told'),
  transparency('deep_fake', '4a', '须披露深度伪造', 'Deep fakes are disclosed'),
  transparency('public_text', '4b', '须披露生成的公共文本', 'Generated public texts are disclosed'),
];

/** Applies where an exemption has taken every area of Annex III out. */
export const exemptRule: TierRule = {
  id: 'eu.6-3',
  tier: 'minimal',
  when: [],
  text: {
    zh: '不实质影响决定且不画像，故不属高风险；理由须留存',
    en: 'No material influence on decisions and no profiling: not high risk; the reasons are kept',
  },
  source: 'euAiAct',
  article: 'Art. 6(3), 6(4)',
};

/** Applies where no other rule does. */
export const restRule: TierRule = {
  id: 'eu.rest',
  tier: 'minimal',
  when: [],
  text: {
    zh: '不属上述任何一类；可自愿遵守行为准则',
    en: 'None of the other rules applies; codes of conduct are voluntary',
  },
  source: 'euAiAct',
  article: 'Art. 95',
};
