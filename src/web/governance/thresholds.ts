import type { Watch } from './views.ts';

type Thresholds = Watch['thresholds'];
export type ThresholdName = keyof Thresholds;

/** As typed: shares in per cent, empty for what is not watched. */
export type ThresholdTexts = Readonly<Record<ThresholdName, string>>;

export const thresholdNames = [
  'errorRateMax',
  'flaggedShareMin',
  'flaggedShareMax',
  'incidentsPerHourMax',
] as const satisfies readonly ThresholdName[];

const isShare = (name: ThresholdName) => name !== 'incidentsPerHourMax';

/** `0.02` as `2`; what is not watched as an empty text. */
export function textsOf(thresholds: Thresholds): ThresholdTexts {
  const text = (name: ThresholdName) => {
    const value = thresholds[name];
    if (value === null) return '';
    return isShare(name) ? String(Number((value * 100).toFixed(6))) : String(value);
  };
  return {
    errorRateMax: text('errorRateMax'),
    flaggedShareMin: text('flaggedShareMin'),
    flaggedShareMax: text('flaggedShareMax'),
    incidentsPerHourMax: text('incidentsPerHourMax'),
  };
}

/** Whether a text is empty or a number that the threshold takes. */
export function fits(name: ThresholdName, text: string): boolean {
  if (text.trim() === '') return true;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 && value <= (isShare(name) ? 100 : 100_000);
}

/** What is sent; every text fits. */
export function thresholdsOf(texts: ThresholdTexts): Thresholds {
  const value = (name: ThresholdName) => {
    const text = texts[name].trim();
    if (text === '') return null;
    return isShare(name) ? Number(text) / 100 : Number(text);
  };
  return {
    errorRateMax: value('errorRateMax'),
    flaggedShareMin: value('flaggedShareMin'),
    flaggedShareMax: value('flaggedShareMax'),
    incidentsPerHourMax: value('incidentsPerHourMax'),
  };
}
