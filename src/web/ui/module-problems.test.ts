import { expect, test } from 'vitest';
import { assuranceContract } from '#contract/assurance';
import { casesContract } from '#contract/cases';
import { computeContract } from '#contract/compute';
import { exchangeContract } from '#contract/exchange';
import { governanceContract } from '#contract/governance';
import { hubContract } from '#contract/hub';
import { observatoryContract } from '#contract/observatory';
import { partiesContract } from '#contract/parties';
import { scenariosContract } from '#contract/scenarios';
import { kernelErrors } from '#kernel/errors.ts';
import { moduleProblems } from './module-problems.ts';
import { problemWords } from './problem-words.ts';

/** A reader of Chinese never meets an English error. */
const declared = Object.entries({
  ...kernelErrors.declarations,
  ...partiesContract.errors,
  ...casesContract.errors,
  ...hubContract.errors,
  ...computeContract.errors,
  ...assuranceContract.errors,
  ...governanceContract.errors,
  ...exchangeContract.errors,
  ...scenariosContract.errors,
  ...observatoryContract.errors,
});

test.each(declared)('%s is said in Chinese too', (code, { message }) => {
  const chinese = problemWords[code]?.[0] ?? moduleProblems[code] ?? '';
  expect(chinese).toMatch(/[\u4e00-\u9fff]/);
  // Data which the English sentence does not have may be missing in an answer.
  for (const [name] of chinese.matchAll(/\{\w+\}/g)) expect(message).toContain(name);
});
