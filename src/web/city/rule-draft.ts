import type { Rule } from './views.ts';

/** What the form of a rule holds: texts, as they are typed. */
export type RuleDraft = {
  organisationId: string;
  titleZh: string;
  titleEn: string;
  kind: 'threshold' | 'expression' | 'deployment';
  property: string;
  operator: 'above' | 'at_least' | 'below' | 'at_most';
  value: string;
  expression: string;
  deploymentId: string;
  columns: string;
  forReadings: string;
  severity: Rule['severity'];
  cooldownSeconds: string;
  thingIds: string;
  command: string;
};

type RuleDocument = Pick<
  Rule,
  'title' | 'thingIds' | 'condition' | 'forReadings' | 'severity' | 'cooldownSeconds' | 'command'
>;
type Column = Extract<Rule['condition'], { kind: 'deployment' }>['columns'][number];

/** Codes of what is wrong, by field; texts for them stand in rule-words.ts. */
export type RuleProblem =
  | { word: 'fillIn' | 'valueWrong' }
  | { word: 'numberWrong'; min: number; max: number }
  | { word: 'columnsWrong'; line: number };

const bounds = { forReadings: { min: 1, max: 100 }, cooldownSeconds: { min: 0, max: 86_400 } };

/** What is wrong with a draft. Pure. */
export function ruleProblems(draft: RuleDraft): Partial<Record<keyof RuleDraft, RuleProblem>> {
  const problems: Partial<Record<keyof RuleDraft, RuleProblem>> = {};
  const need = (field: keyof RuleDraft) => {
    if (draft[field].trim() === '') problems[field] = { word: 'fillIn' };
  };
  need('titleZh');
  if (draft.kind === 'threshold') {
    need('property');
    if (draft.value.trim() === '' || !Number.isFinite(Number(draft.value))) {
      problems.value = { word: 'valueWrong' };
    }
  } else if (draft.kind === 'expression') need('expression');
  else {
    need('deploymentId');
    const wrong = columnLines(draft.columns).indexOf(null);
    if (wrong >= 0) problems.columns = { word: 'columnsWrong', line: wrong + 1 };
    need('columns');
  }
  for (const field of ['forReadings', 'cooldownSeconds'] as const) {
    const { min, max } = bounds[field];
    const number = Number(draft[field]);
    const fits = draft[field].trim() !== '' && Number.isInteger(number);
    if (!fits || number < min || number > max) problems[field] = { word: 'numberWrong', min, max };
  }
  return problems;
}

function columnLines(text: string): (Column | null)[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const found = /^\s*(\w+)\s*=\s*(result|parameter|thing)\s*:\s*(.+?)\s*$/.exec(line);
      const [, column, from, name] = found ?? [];
      if (column === undefined || name === undefined) return null;
      if (from !== 'result' && from !== 'parameter' && from !== 'thing') return null;
      return { column, from, name };
    });
}

/** The document of a draft without problems. Pure. */
export function documentOf(draft: RuleDraft): RuleDocument {
  const { titleZh, titleEn, severity, thingIds, command } = draft;
  return {
    title: { zh: titleZh.trim(), en: titleEn.trim() },
    thingIds: thingIds.split(/[\s,，]+/).filter((id) => id !== ''),
    condition: conditionOf(draft),
    forReadings: Number(draft.forReadings),
    severity,
    cooldownSeconds: Number(draft.cooldownSeconds),
    command: command.trim() === '' ? null : { name: command.trim(), parameters: {} },
  };
}

function conditionOf(draft: RuleDraft): Rule['condition'] {
  const { kind, property, operator, value, expression, deploymentId } = draft;
  if (kind === 'threshold') {
    return { kind, property: property.trim(), operator, value: Number(value) };
  }
  if (kind === 'expression') return { kind, expression: expression.trim() };
  const columns = columnLines(draft.columns).filter((column) => column !== null);
  return { kind, deploymentId: deploymentId.trim(), columns };
}

/** A rule as a draft, to change it; without one, an empty draft. Pure. */
export function draftOf(rule: Rule | null, organisationId: string): RuleDraft {
  const empty: RuleDraft = {
    ...{ organisationId, titleZh: '', titleEn: '', kind: 'threshold', property: '' },
    ...{ operator: 'above', value: '', expression: '', deploymentId: '', columns: '' },
    ...{ forReadings: '3', severity: 'minor', cooldownSeconds: '300', thingIds: '', command: '' },
  };
  if (rule === null) return empty;
  const { condition } = rule;
  const known: Partial<RuleDraft> = {
    organisationId: rule.ownerId,
    ...{ titleZh: rule.title.zh, titleEn: rule.title.en, kind: condition.kind },
    ...{ forReadings: String(rule.forReadings), severity: rule.severity },
    ...{ cooldownSeconds: String(rule.cooldownSeconds), thingIds: rule.thingIds.join('\n') },
    command: rule.command?.name ?? '',
  };
  if (condition.kind === 'threshold') {
    const { property, operator, value } = condition;
    return { ...empty, ...known, property, operator, value: String(value) };
  }
  if (condition.kind === 'expression') {
    return { ...empty, ...known, expression: condition.expression };
  }
  const lines = condition.columns.map(({ column, from, name }) => `${column} = ${from}:${name}`);
  const { deploymentId } = condition;
  return { ...empty, ...known, deploymentId, columns: lines.join('\n') };
}
