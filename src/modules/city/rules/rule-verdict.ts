import { type Expression, evaluate, truth } from './expression.ts';
import type { RuleCondition } from './rule-entities.ts';
import type { Row, RuleMemory } from './rule-memory.ts';
import { parsed } from './rule-needs.ts';

type Verdict = { matched: boolean; score: number | null };

/** Judges a row by what the rule says itself. */
export type OwnJudgement = (row: Row, memory: RuleMemory) => Verdict;

/** How a threshold or an expression judges; null where a deployment does. */
export function ownJudgement(condition: RuleCondition): OwnJudgement | null {
  if (condition.kind === 'deployment') return null;
  if (condition.kind === 'threshold') {
    const { property, operator, value } = condition;
    return ({ cells }) => {
      const measured = cells[property];
      if (typeof measured !== 'number') return { matched: false, score: null };
      return { matched: beyond(measured, operator, value), score: measured };
    };
  }
  const expression = parsed(condition.expression);
  return (row, memory) => byExpression(expression, row, memory);
}

function beyond(
  measured: number,
  operator: 'above' | 'at_least' | 'below' | 'at_most',
  limit: number,
): boolean {
  if (operator === 'above') return measured > limit;
  if (operator === 'at_least') return measured >= limit;
  return operator === 'below' ? measured < limit : measured <= limit;
}

function byExpression(expression: Expression, row: Row, memory: RuleMemory): Verdict {
  const rows = [...memory.rows.map(({ cells }) => cells), row.cells];
  const value = evaluate(expression, rows);
  return { matched: truth(value), score: typeof value === 'number' ? value : null };
}

type Properties = Readonly<Record<string, unknown>>;

/** A row as a deployment is asked it; what is not there is null. */
export function deploymentRow(
  { columns }: Extract<RuleCondition, { kind: 'deployment' }>,
  row: Row,
  properties: Properties,
): Record<string, number | string | null> {
  const cells = columns.map(({ column, from, name }) => {
    if (from === 'result') return [column, plain(row.cells, name)];
    return [column, plain(from === 'parameter' ? row.parameters : properties, name)];
  });
  return Object.fromEntries(cells);
}

function plain(values: Properties, name: string): number | string | null {
  const value = Object.hasOwn(values, name) ? values[name] : null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}
