import type { Language } from '#web/words.ts';

/** What the hub says about a card in English, and the same in Chinese, with an example to follow. */
const sentences: Readonly<Record<string, string>> = {
  'should be text': '应是一段文字',
  'should be a language code or a list of such': '应是语言代码，例如 zh，或写成列表',
  'should be an identifier such as apache-2.0': '应是许可标识，例如 apache-2.0',
  'should be an address or a file': '应是网址或文件名',
  'should be the name of a task': '应是任务名，例如 anomaly-detection',
  'should be a dataset or a list of such': '应是数据集名，或写成列表',
  'should be a model or a list of such': '应是模型名，或写成列表',
  'should be a list of tags': '应是标签的列表，例如 tags: [sensor, city]',
  'should be a list of metrics': '应是指标的列表',
  'should be a list': '应写成列表',
  'should be keys with values, such as "license: apache-2.0"':
    '应是“名称: 值”的形式，例如 license: apache-2.0',
  'is needed where license is "other"': 'license 写作 other 时必须填写',
  'needs a type': '缺少 type',
  'needs type and name': '缺少 type 或 name',
  'needs type and value': '缺少 type 或 value',
  'needs a value': '缺少值',
  'needs name and results': '缺少 name 或 results',
  'needs task, dataset and metrics': '缺少 task、dataset 或 metrics',
  'should be a list of tasks': '应是任务名的列表',
  'should be a chip or a list of such': '应是芯片名，或写成列表',
  'should be keys with values': '应是“名称: 值”的形式',
  'should be an identifier such as apache-2.0 or a list of such': '应是许可标识，例如 apache-2.0',
  'is not a key of a card': '不是说明卡的字段',
  'is not a known licence': '不是已知的许可',
  'is not a known task': '不是已知的任务',
  'is not a known language': '不是已知的语言代码',
  'is too long': '太长',
  'has too many entries': '条目太多',
  'is nested too deeply': '嵌套太深',
  'the front matter begins with --- but no second --- ends it': '开头的 --- 没有用第二行 --- 结束',
};

/** The problem of a card in the reader's language; the hub's own English where no other is known. */
export function cardProblemIn(language: Language, problem: string): string {
  return language === 'zh' ? (sentences[problem] ?? problem) : problem;
}
