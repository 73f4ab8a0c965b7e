import { defineWords } from '#web/words.ts';

/** The words of a card beside its text: warnings, results, uses. */
export const cardWords = defineWords('hub-card', {
  warnings: [
    '说明卡有 {{count}} 处可以改进，不影响发布：',
    '{{count}} thing in the card could be better; it can be published as it is:',
    '{{count}} things in the card could be better; it can be published as it is:',
  ],
  meant: ['是不是 {{word}}？', 'did you mean {{word}}?'],
  measured: ['本平台实测', 'Measured here'],
  measuredWhy: [
    '这一版本在本平台隔离测评中得到、并有证书为证的得分。',
    'Scores of exactly this revision from isolated evaluations here, each with a certificate.',
  ],
  claimed: ['发布者自报', 'Claimed by the publisher'],
  claimedWhy: [
    '以下结果由发布者写在说明卡或结果文件里，本平台没有测过。',
    'The publisher states these in the card or in files of results; none was measured here.',
  ],
  certificate: ['证书', 'Certificate'],
  score: ['得分', 'Score'],
  validUntil: ['有效至', 'Valid until'],
  dataset: ['数据', 'Dataset'],
  task: ['任务', 'Task'],
  metric: ['指标', 'Metric'],
  value: ['数值', 'Value'],
  from: ['出处', 'Stated in'],
  moreClaims: [
    '另有 {{count}} 项未列出。',
    '{{count}} more is not listed.',
    '{{count}} more are not listed.',
  ],
  usedIn: ['用在哪里', 'Used in'],
  awarded: ['中榜', 'awarded in'],
  baseline: ['基线', 'baseline of'],
  public_data: ['公开数据', 'public data of'],
  scorer: ['评分程序', 'scorer of'],
  deployed: ['部署为服务', 'deployed as a service'],
  offered: ['挂牌', 'offered as'],
  deployment: ['部署', 'Deployment'],
  croissant: ['Croissant 元数据', 'Croissant metadata'],
});
