import type { Words } from '#kernel/entities.ts';
import { isOurs as isAssurances, sentenceOf as sentenceOfAssurance } from '#modules/assurance';

/**
 * Why a submission has no score, in the platform's own words: those of the module assurance, and what can
 * happen to a submission beside its evaluation.
 */
const own: Readonly<Record<string, Words>> = {
  call_stopped: { zh: '揭榜已被叫停。', en: 'The call was stopped.' },
};

const NO_COST: Words = {
  zh: '不计入提交次数，可重新提交。',
  en: ' It costs no attempt: submit again.',
};

/** Whether a failure is the platform's fault, so that it costs the team nothing. */
export function isOurs(code: string): boolean {
  return Object.hasOwn(own, code) || isAssurances(code);
}

/** The sentence for a code. */
export function sentenceOf(code: string): Words {
  const stopped = own[code];
  if (stopped) return stopped;
  const { zh, en } = sentenceOfAssurance(code);
  return isAssurances(code) ? { zh: zh + NO_COST.zh, en: en + NO_COST.en } : { zh, en };
}

/** What a reader is told of a failure. */
export function reasonView(code: string | null) {
  return code === null ? null : { code, sentence: sentenceOf(code), ours: isOurs(code) };
}
