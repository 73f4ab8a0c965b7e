import type { Answers } from './answer-sheet.ts';
import {
  exemptRule,
  restRule,
  type Source,
  sources,
  type Tier,
  type TierRule,
  tierRules,
  tiers,
} from './tier-rules.ts';

/** A rule that holds for some answers, as a reader sees it. */
export type AppliedRule = {
  ruleId: string;
  tier: Tier;
  /** Of the tier that came out; the others hold too, and add their duties. */
  decided: boolean;
  text: TierRule['text'];
  article: string;
  source: Source;
};

/**
 * The tier of an answer sheet: that of the gravest rule which holds. A pure function of codes; the same answers give
 * the same tier and the same rules in the same order.
 */
export function tierOf(given: Answers): { tier: Tier; rules: AppliedRule[] } {
  const holding = tierRules.filter(
    (rule) =>
      rule.when.every(({ question, is }) => [given[question]].flat().some((code) => code === is)) &&
      !(rule.exemptible && isExempt(given)),
  );
  const exempt = given.areas.length > 0 && isExempt(given) ? [exemptRule] : [];
  const all = [...holding, ...exempt];
  const rules = all.length > 0 ? all : [restRule];
  const tier = tiers.findLast((each) => rules.some((rule) => rule.tier === each)) ?? 'minimal';
  return { tier, rules: rules.map((rule) => applied(rule, tier)) };
}

/**
 * Art. 6(3) of the AI Act: a system of Annex III is not high risk where it performs one of four minor tasks, and is
 * always high risk where it profiles natural persons.
 */
function isExempt(given: Answers): boolean {
  return given.exception !== 'none' && given.profiling === 'no';
}

function applied(rule: TierRule, tier: Tier): AppliedRule {
  const { id, text, article, source } = rule;
  const decided = rule.tier === tier;
  return { ruleId: id, tier: rule.tier, decided, text, article, source: { ...sources[source] } };
}
