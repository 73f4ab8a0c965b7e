import { hash } from 'node:crypto';
import { operationsErrors } from '../operations-errors.ts';
import { ExpressionError, needsOf, parseExpression, WINDOW_MAX } from './expression.ts';
import type { RuleCondition, RuleDocument } from './rule-entities.ts';

/** Rows kept of each thing, so that an incident shows what came before it. */
export const ROWS_KEPT = 24;

/** What a rule has to be given. */
export type RuleNeeds = {
  /** Datastreams, by name, whose results make up a row. */
  names: ReadonlySet<string>;
  /** Rows that have to be kept. */
  rows: number;
  /** A value that came late can be judged by itself: one datastream, one reading, no window. */
  judgesLate: boolean;
};

/** Throws `city.rule_invalid`. */
export function needsOfRule({ condition, forReadings }: RuleDocument): RuleNeeds {
  const { names, readings } = needsOfCondition(condition);
  if (names.size === 0) {
    throw operationsErrors.make.rule_invalid({ problem: 'it reads no datastream' });
  }
  if (names.has('__proto__')) {
    throw operationsErrors.make.rule_invalid({ problem: 'no datastream is named __proto__' });
  }
  const alone = names.size === 1 && readings === 1 && forReadings === 1;
  return {
    names,
    rows: Math.max(ROWS_KEPT, Math.min(readings, WINDOW_MAX + 1)),
    judgesLate: alone && condition.kind !== 'deployment',
  };
}

function needsOfCondition(condition: RuleCondition) {
  if (condition.kind === 'threshold') return { names: new Set([condition.property]), readings: 1 };
  if (condition.kind === 'expression') return needsOf(parsed(condition.expression));
  const results = condition.columns.filter(({ from }) => from === 'result');
  const columns = condition.columns.map(({ column }) => column);
  if (new Set(columns).size < columns.length) {
    throw operationsErrors.make.rule_invalid({ problem: 'two columns have one name' });
  }
  return { names: new Set(results.map(({ name }) => name)), readings: 1 };
}

/** Throws `city.rule_invalid`, with what is wrong where. */
export function parsed(expression: string) {
  try {
    return parseExpression(expression);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw operationsErrors.make.rule_invalid({ problem: error.message }, { cause: error });
  }
}

/** The session of a rule with its deployment: rows of one session all have the same columns. */
export function sessionOf(ruleId: string, document: RuleDocument): string {
  if (document.condition.kind !== 'deployment') return ruleId;
  const columns = document.condition.columns.map(({ column }) => column);
  return `${ruleId}.${hash('sha256', JSON.stringify(columns), 'hex').slice(0, 8)}`;
}
