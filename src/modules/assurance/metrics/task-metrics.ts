import { boxPrecision } from './box-precision.ts';
import { characterErrors } from './character-errors.ts';
import { flagScores } from './flag-scores.ts';
import { pictureAccuracy, textAccuracy } from './label-accuracy.ts';
import type { Metric } from './metric.ts';
import { rankCorrelation } from './rank-correlation.ts';
import { voiceFrames } from './voice-frames.ts';
import { wordSpans } from './word-spans.ts';

/** The metric that is the score of each task. */
export const taskMetrics = {
  'image-classification': pictureAccuracy,
  'object-detection': boxPrecision,
  'optical-character-recognition': characterErrors,
  'voice-activity-detection': voiceFrames,
  'text-classification': textAccuracy,
  'token-classification': wordSpans,
  'feature-extraction': rankCorrelation,
  'anomaly-detection': flagScores,
} as const satisfies Record<string, Metric>;
