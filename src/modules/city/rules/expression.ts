/**
 * The language of a rule's expression: numbers, names of datastreams, `+ - * /`, comparisons (`< <= > >= == !=`),
 * `and`, `or`, `not`, brackets, and functions over the last readings: `mean(x, n)`, `min(x, n)`, `max(x, n)`,
 * `change(x, n)` (the value now less that of n readings ago), `abs(…)`, `missing(x)`. It has no loops, reads
 * nothing but the row and those before it, and its size is bounded, so that anybody may write one.
 *
 * A missing value makes arithmetic missing, and a comparison with it false.
 */

export type Value = number | string | boolean | null;

type WindowFunction = 'mean' | 'min' | 'max' | 'change';
type BinaryOperator = '+' | '-' | '*' | '/' | '<' | '<=' | '>' | '>=' | '==' | '!=' | 'and' | 'or';

export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'name'; name: string }
  | { kind: 'negate' | 'not' | 'abs'; of: Expression }
  | { kind: 'missing'; name: string }
  | { kind: 'window'; window: WindowFunction; name: string; readings: number }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression };

/** The expression cannot be read; the message says what and where. */
export class ExpressionError extends Error {}

const DEPTH_MAX = 32;
const NODES_MAX = 200;
/** The longest window, in readings. */
export const WINDOW_MAX = 60;

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|(<=|>=|==|!=|[-+*/<>(),]))/uy;
const WINDOWS: ReadonlySet<string> = new Set(['mean', 'min', 'max', 'change']);

type Token = { text: string; kind: 'number' | 'name' | 'sign' | 'end'; at: number };

/** Reads an expression. Throws ExpressionError. */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  let place = 0;
  let nodes = 0;

  const peek = (): Token => tokens[place] ?? { text: '', kind: 'end', at: text.length };
  const fail = (wanted: string): never => {
    const { at, text: found } = peek();
    throw new ExpressionError(`${wanted} is wanted at character ${at + 1}, not "${found}"`);
  };
  const take = (sign: string): boolean => {
    if (peek().kind === 'number' || peek().text !== sign) return false;
    place += 1;
    return true;
  };
  const expect = (sign: string) => {
    if (!take(sign)) fail(`"${sign}"`);
  };
  const made = <Node extends Expression>(node: Node): Node => {
    nodes += 1;
    if (nodes > NODES_MAX) throw new ExpressionError(`it has more than ${NODES_MAX} parts`);
    return node;
  };
  const chain = (operators: readonly BinaryOperator[], next: (depth: number) => Expression) => {
    return (depth: number): Expression => {
      let left = next(depth);
      for (;;) {
        const operator = operators.find(take);
        if (operator === undefined) return left;
        left = made({ kind: 'binary', operator, left, right: next(depth) });
      }
    };
  };
  const nameOf = (): string => {
    const { kind, text: name } = peek();
    if (kind !== 'name') fail('a name');
    place += 1;
    return name;
  };
  const call = (name: string, depth: number): Expression => {
    if (name === 'abs') {
      const node = made({ kind: 'abs', of: any(depth + 1) });
      expect(')');
      return node;
    }
    if (name === 'missing') {
      const node = made({ kind: 'missing', name: nameOf() });
      expect(')');
      return node;
    }
    if (!isWindow(name)) throw new ExpressionError(`there is no function ${name}`);
    const of = nameOf();
    expect(',');
    const readings = Number(peek().text);
    if (!Number.isInteger(readings) || readings < 1 || readings > WINDOW_MAX) {
      fail(`a number of readings from 1 to ${WINDOW_MAX}`);
    }
    place += 1;
    expect(')');
    return made({ kind: 'window', window: name, name: of, readings });
  };
  const atom = (depth: number): Expression => {
    if (depth > DEPTH_MAX) throw new ExpressionError(`it is nested more than ${DEPTH_MAX} deep`);
    if (take('-')) return made({ kind: 'negate', of: atom(depth + 1) });
    if (take('(')) {
      const inner = any(depth + 1);
      expect(')');
      return inner;
    }
    const token = peek();
    if (token.kind === 'number') {
      place += 1;
      return made({ kind: 'number', value: Number(token.text) });
    }
    if (token.kind !== 'name' || ['and', 'or', 'not'].includes(token.text)) fail('a value');
    place += 1;
    return take('(') ? call(token.text, depth) : made({ kind: 'name', name: token.text });
  };
  const product = chain(['*', '/'], atom);
  const sum = chain(['+', '-'], product);
  const comparison = (depth: number): Expression => {
    const left = sum(depth);
    const operator = (['<=', '>=', '==', '!=', '<', '>'] as const).find(take);
    return operator ? made({ kind: 'binary', operator, left, right: sum(depth) }) : left;
  };
  const negation = (depth: number): Expression => {
    if (depth > DEPTH_MAX) throw new ExpressionError(`it is nested more than ${DEPTH_MAX} deep`);
    return take('not') ? made({ kind: 'not', of: negation(depth + 1) }) : comparison(depth);
  };
  const any = chain(['or'], chain(['and'], negation));

  const expression = any(0);
  if (peek().kind !== 'end') fail('the end');
  return expression;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const start = TOKEN.lastIndex;
    const [, number, name, sign] = TOKEN.exec(text) ?? [];
    const found = number ?? name ?? sign;
    if (found === undefined) {
      throw new ExpressionError(`character ${start + 1} begins nothing that is known`);
    }
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign';
    tokens.push({ text: found, kind, at: TOKEN.lastIndex - found.length });
  }
  return tokens;
}

function isWindow(name: string): name is WindowFunction {
  return WINDOWS.has(name);
}

/** The datastreams that an expression reads, and how many readings back it looks. */
export function needsOf(expression: Expression): { names: ReadonlySet<string>; readings: number } {
  const names = new Set<string>();
  let readings = 1;
  const visit = (node: Expression): void => {
    if ('name' in node) names.add(node.name);
    if (node.kind === 'window') {
      readings = Math.max(readings, node.readings + (node.window === 'change' ? 1 : 0));
    }
    if ('of' in node) visit(node.of);
    if (node.kind === 'binary') {
      visit(node.left);
      visit(node.right);
    }
  };
  visit(expression);
  return { names, readings };
}

/** The value of an expression on the last of these rows; the earlier ones are its windows. */
export function evaluate(
  expression: Expression,
  rows: readonly Readonly<Record<string, Value>>[],
): number | boolean | null {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name':
      return numeric(rows.at(-1)?.[expression.name]);
    case 'missing':
      return (rows.at(-1)?.[expression.name] ?? null) === null;
    case 'window':
      return windowed(expression, rows);
    case 'binary':
      return binary(expression, rows);
    default: {
      const of = evaluate(expression.of, rows);
      if (expression.kind === 'not') return of === null ? null : !truth(of);
      if (typeof of !== 'number') return null;
      return finite(expression.kind === 'abs' ? Math.abs(of) : -of);
    }
  }
}

function windowed(
  { window, name, readings }: Extract<Expression, { kind: 'window' }>,
  rows: readonly Readonly<Record<string, Value>>[],
): number | null {
  if (window === 'change') {
    const now = numeric(rows.at(-1)?.[name]);
    const before = numeric(rows.at(-1 - readings)?.[name]);
    if (typeof now !== 'number' || typeof before !== 'number') return null;
    return finite(now - before);
  }
  const values = rows
    .slice(-readings)
    .map((row) => numeric(row[name]))
    .filter((value) => typeof value === 'number');
  if (values.length === 0) return null;
  if (window === 'min') return Math.min(...values);
  if (window === 'max') return Math.max(...values);
  return finite(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function binary(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  rows: readonly Readonly<Record<string, Value>>[],
): number | boolean | null {
  const first = evaluate(left, rows);
  if (operator === 'and') return truth(first) && truth(evaluate(right, rows));
  if (operator === 'or') return truth(first) || truth(evaluate(right, rows));
  const second = evaluate(right, rows);
  if (operator === '==') return first !== null && first === second;
  if (operator === '!=') return first !== null && second !== null && first !== second;
  const [a, b] = [first, second];
  const numbers = typeof a === 'number' && typeof b === 'number';
  if (['<', '<=', '>', '>='].includes(operator)) {
    if (!numbers) return false;
    if (operator === '<') return a < b;
    if (operator === '<=') return a <= b;
    return operator === '>' ? a > b : a >= b;
  }
  if (!numbers) return null;
  if (operator === '+') return finite(a + b);
  if (operator === '-') return finite(a - b);
  return finite(operator === '*' ? a * b : a / b);
}

/** Whether a value counts as yes: only true and numbers other than 0 do. */
export function truth(value: number | boolean | null): boolean {
  return value === true || (typeof value === 'number' && value !== 0);
}

function numeric(value: Value | undefined): number | boolean | null {
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
