import type { Words } from '#kernel/entities.ts';

/** Why a measurement has no score. */
const reasons = {
  trial_ended: {
    zh: '试用已经结束，没有可以提问的算法。',
    en: 'The trial has ended, so that there is nothing to ask.',
  },
  trial_stopped: {
    zh: '试用被叫停。解除后可再测一次。',
    en: 'The trial was stopped. Measure again after its release.',
  },
  model_not_loaded: {
    zh: '算法无法加载，试用页说明了原因。',
    en: 'The algorithm cannot be loaded; the page of its trial says why.',
  },
  suite_unreadable: {
    zh: '测试集里有一个表无法按用例读取。',
    en: 'A table of the suite cannot be read, or has not as many rows as its case expects.',
  },
  platform_fault: {
    zh: '平台多次出错，没有测完。这不是算法的问题，可以再测一次。',
    en: 'The platform failed several times. It is not the fault of the algorithm; measure again.',
  },
} as const satisfies Record<string, Words>;

export type MeasurementReason = keyof typeof reasons;

/** In the platform's own words. */
export function measurementReason(code: string): { code: string; sentence: Words } {
  const found = Object.entries(reasons).find(([name]) => name === code);
  return { code, sentence: found?.[1] ?? reasons.platform_fault };
}
