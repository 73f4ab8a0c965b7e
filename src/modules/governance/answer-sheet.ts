import * as z from 'zod';
import type { Words } from '#kernel/entities.ts';

/**
 * The answer sheet of a risk tier: questions whose answers are codes. What somebody writes in their own words stands
 * beside it and is never looked at. Browser-safe.
 */

export const yesNo = ['no', 'yes'] as const;
export const automations = ['advisory', 'confirmed', 'automatic'] as const;

const practices = [
  'manipulation',
  'vulnerability',
  'social_scoring',
  'crime_prediction',
  'face_scraping',
  'emotion_at_work',
  'biometric_categories',
  'remote_identification',
] as const;
const areas = [
  'biometrics',
  'critical_infrastructure',
  'education',
  'employment',
  'essential_services',
  'law_enforcement',
  'migration',
  'justice',
] as const;
const exceptions = [
  'none',
  'narrow_procedure',
  'improves_human_work',
  'detects_patterns',
  'preparatory',
] as const;
const encounters = [
  'talks_to_people',
  'generates_content',
  'reads_bodies',
  'deep_fake',
  'public_text',
] as const;

/** The answers, by question; several codes where several may hold, none of them for "nothing of it". */
export const answers = z.object({
  practices: z.array(z.enum(practices)).max(practices.length),
  areas: z.array(z.enum(areas)).max(areas.length),
  exception: z.enum(exceptions),
  profiling: z.enum(yesNo),
  safetyComponent: z.enum(yesNo),
  encounters: z.array(z.enum(encounters)).max(encounters.length),
  personalDecisions: z.enum(yesNo),
  publicOpinion: z.enum(yesNo),
  riskToLife: z.enum(yesNo),
  automation: z.enum(automations),
});

export type Answers = z.output<typeof answers>;
export type QuestionName = keyof Answers;

type Option = { code: string; title: Words };

export type Question = {
  name: QuestionName;
  title: Words;
  help: Words;
  several: boolean;
  options: readonly Option[];
};

const option = (code: string, zh: string, en: string): Option => ({ code, title: { zh, en } });
const yesOrNo = [option('no', '否', 'No'), option('yes', '是', 'Yes')];

/** The questions in the order in which they are asked. */
export const questions: readonly Question[] = [
  {
    name: 'practices',
    title: { zh: '是否有下列做法', en: 'Does it do any of these' },
    help: {
      zh: '任何一项都属禁止用途，不能申请准入。',
      en: 'Each of them is a prohibited use, for which no approval can be requested.',
    },
    several: true,
    options: [
      option('manipulation', '以潜意识或欺骗手段操纵人', 'Manipulates people covertly'),
      option('vulnerability', '利用年龄、残疾或困境', 'Exploits age, disability or need'),
      option('social_scoring', '社会评分并据此不利对待', 'Scores people socially, to their harm'),
      option(
        'crime_prediction',
        '仅凭画像预测个人犯罪',
        'Predicts crimes of a person by profiling',
      ),
      option('face_scraping', '无差别抓取人脸建库', 'Scrapes faces without a target'),
      option(
        'emotion_at_work',
        '在工作或学校识别情绪（医疗、安全除外）',
        'Reads emotions at work or school, not for medicine or safety',
      ),
      option(
        'biometric_categories',
        '以生物特征推断种族、信仰等',
        'Infers race, belief and the like from bodies',
      ),
      option(
        'remote_identification',
        '为执法在公共场所实时远程识别个人',
        'Identifies people in public in real time for law enforcement',
      ),
    ],
  },
  {
    name: 'areas',
    title: { zh: '用于哪些领域', en: 'Which areas it is used in' },
    help: {
      zh: '按它实际参与的决定选择；都不涉及则不选。',
      en: 'By the decisions that it takes part in; choose none if there is none.',
    },
    several: true,
    options: [
      option('biometrics', '生物识别、情绪识别', 'Biometric identification, emotion recognition'),
      option(
        'critical_infrastructure',
        '道路交通、水、气、热、电或关键数字设施的安全部件',
        'Safety of road traffic, water, gas, heat, electricity or critical digital infrastructure',
      ),
      option('education', '招生、评分、考试监督', 'Admission, grading, exams'),
      option('employment', '招聘、考核、分派工作', 'Hiring, judging and directing workers'),
      option(
        'essential_services',
        '公共救助、信贷、保险、急救派遣',
        'Public benefits, credit, insurance, emergency dispatch',
      ),
      option('law_enforcement', '执法', 'Law enforcement'),
      option('migration', '出入境与移民', 'Migration and borders'),
      option('justice', '司法与选举', 'Justice and elections'),
    ],
  },
  {
    name: 'exception',
    title: { zh: '在所选领域中只做什么', en: 'Within these areas it only' },
    help: {
      zh: '只有不实质影响决定时才选；对个人画像时此项不起作用。',
      en: 'Only where it does not materially influence decisions; it never helps where people are profiled.',
    },
    several: false,
    options: [
      option('none', '以下都不是', 'does none of these'),
      option('narrow_procedure', '完成狭窄的程序性任务', 'performs a narrow procedural task'),
      option('improves_human_work', '改进人已完成的工作', 'improves work that a person completed'),
      option('detects_patterns', '发现决定与惯例的偏离', 'finds deviations from earlier decisions'),
      option('preparatory', '为评估做准备', 'prepares an assessment'),
    ],
  },
  {
    name: 'profiling',
    title: { zh: '是否对自然人画像', en: 'Does it profile natural persons' },
    help: {
      zh: '自动处理个人信息以评价个人的某些方面。',
      en: 'Automated processing of personal data to judge aspects of a person.',
    },
    several: false,
    options: yesOrNo,
  },
  {
    name: 'safetyComponent',
    title: {
      zh: '是否为须由第三方评定的产品或其安全部件',
      en: 'Is it a product, or a safety component of one, that a third party must assess',
    },
    help: { zh: '如医疗器械、电梯、机械。', en: 'Such as medical devices, lifts, machinery.' },
    several: false,
    options: yesOrNo,
  },
  {
    name: 'encounters',
    title: { zh: '人们如何接触到它', en: 'How people meet it' },
    help: { zh: '都不涉及则不选。', en: 'Choose none if there is none.' },
    several: true,
    options: [
      option('talks_to_people', '直接与人交互', 'Interacts directly with people'),
      option(
        'generates_content',
        '生成图像、音频、视频或文本',
        'Generates images, sound, video or text',
      ),
      option('reads_bodies', '识别情绪或以生物特征归类', 'Reads emotions or sorts people by body'),
      option('deep_fake', '深度伪造内容', 'Makes deep fakes'),
      option(
        'public_text',
        '就公共事务发布生成的文本',
        'Publishes generated text on public matters',
      ),
    ],
  },
  {
    name: 'personalDecisions',
    title: {
      zh: '是否利用个人信息作自动化决策',
      en: 'Does it decide automatically with personal information',
    },
    help: { zh: '包括向个人推荐与定价。', en: 'Recommending to and pricing for people too.' },
    several: false,
    options: yesOrNo,
  },
  {
    name: 'publicOpinion',
    title: {
      zh: '是否有舆论属性或社会动员能力',
      en: 'Can it shape public opinion or mobilise society',
    },
    help: {
      zh: '面向公众的推荐、排序、生成等服务。',
      en: 'Services to the public that recommend, rank or generate.',
    },
    several: false,
    options: yesOrNo,
  },
  {
    name: 'riskToLife',
    title: {
      zh: '出错时是否危及人身安全或健康',
      en: 'Can an error endanger the safety or health of people',
    },
    help: { zh: '直接后果，不含间接影响。', en: 'As a direct result, not by detours.' },
    several: false,
    options: yesOrNo,
  },
  {
    name: 'automation',
    title: { zh: '它的结果如何变成行动', en: 'How its results become actions' },
    help: {
      zh: '准入不会超过这里所答。',
      en: 'No approval goes beyond what is answered here.',
    },
    several: false,
    options: [
      option('advisory', '只作参考', 'As advice only'),
      option('confirmed', '由人确认后执行', 'After a person confirmed each'),
      option('automatic', '自动执行', 'By themselves'),
    ],
  },
];
