import { defineWords } from '#web/words.ts';

/** Names of metrics and of the figures beside them. */
export const metricWords = defineWords('metrics', {
  accuracy: ['准确率', 'Accuracy'],
  average_precision_50: ['平均精度（IoU 0.5）', 'Average precision (IoU 0.5)'],
  character_error_rate: ['字符错误率', 'Character error rate'],
  voice_frame_f1: ['语音帧 F1', 'F1 of voice frames'],
  word_f1: ['分词 F1', 'F1 of words'],
  spearman: ['Spearman 相关', 'Spearman correlation'],
  flag_f1: ['异常标记 F1', 'F1 of flagged rows'],
  f1Macro: ['宏平均 F1', 'Macro F1'],
  labels: ['类别数', 'Labels'],
  averagePrecision50: ['平均精度（IoU 0.5）', 'Average precision (IoU 0.5)'],
  precision: ['查准率', 'Precision'],
  recall: ['查全率', 'Recall'],
  f1: ['F1', 'F1'],
  truths: ['应找到', 'To be found'],
  found: ['找到', 'Found'],
  characterErrorRate: ['字符错误率', 'Character error rate'],
  linesExact: ['整行正确', 'Lines exactly right'],
  characters: ['字符数', 'Characters'],
  detectionErrorRate: ['检测错误率', 'Detection error rate'],
  voiceSeconds: ['语音秒数', 'Seconds of voice'],
  words: ['词数', 'Words'],
  pearson: ['Pearson 相关', 'Pearson correlation'],
  rocArea: ['ROC 曲线下面积', 'Area under the ROC curve'],
});
