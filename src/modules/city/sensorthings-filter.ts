import { parseInstant } from './observations-time.ts';
import { notHere, unfit } from './sensorthings-failure.ts';

/** The part of `$filter` (18-088, 9.3.3.5) that is here: comparisons, and, or, not, five functions of text. */

export type Literal =
  | { kind: 'text'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'time'; value: number }
  | { kind: 'boolean'; value: boolean };

export type Operand =
  | { kind: 'path'; steps: readonly string[] }
  | { kind: 'call'; name: 'tolower' | 'toupper'; of: Operand }
  | Literal;

export const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];
export const textTests = ['substringof', 'startswith', 'endswith'] as const;
export type TextTest = (typeof textTests)[number];

export type Filter =
  | { kind: 'and' | 'or'; parts: readonly Filter[] }
  | { kind: 'not'; part: Filter }
  | { kind: 'compare'; operator: Comparison; left: Operand; right: Operand }
  | { kind: 'test'; name: TextTest; text: Operand; piece: Operand };

const TOKENS_MAX = 200;
const DEPTH_MAX = 20;
const TOKEN =
  /\s*(?:('(?:[^']|'')*')|(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_@][\w.@]*(?:\/[\w.@]+)*)|([(),]))/y;

type Token = { kind: 'literal'; literal: Literal } | { kind: 'word' | 'sign'; text: string };

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match || tokens.length >= TOKENS_MAX) throw unfit(`$filter at ${at}`);
    tokens.push(tokenOf(match));
  }
  return tokens;
}

function tokenOf([, quoted, time, number, word, sign]: RegExpExecArray): Token {
  if (quoted !== undefined) {
    const value = quoted.slice(1, -1).replaceAll("''", "'");
    return { kind: 'literal', literal: { kind: 'text', value } };
  }
  if (time !== undefined) {
    const value = parseInstant(time);
    if (value === null) throw unfit(`$filter: ${time} is no instant`);
    return { kind: 'literal', literal: { kind: 'time', value } };
  }
  if (number !== undefined) {
    return { kind: 'literal', literal: { kind: 'number', value: Number(number) } };
  }
  if (word === 'true' || word === 'false') {
    return { kind: 'literal', literal: { kind: 'boolean', value: word === 'true' } };
  }
  return word === undefined ? { kind: 'sign', text: sign ?? '' } : { kind: 'word', text: word };
}

/** Throws `kernel.invalid_input` for what is no filter, NotImplemented for what is not here. */
export function parseFilter(text: string): Filter {
  const tokens = tokensOf(text);
  let at = 0;
  const textOf = (token: Token | undefined) =>
    token && token.kind !== 'literal' ? token.text : null;
  const peek = () => textOf(tokens[at]);
  const take = (wanted: string) => {
    if (peek() !== wanted) throw unfit(`$filter: ${wanted} expected at word ${at + 1}`);
    at += 1;
  };

  const chain = (kind: 'and' | 'or', next: (depth: number) => Filter, depth: number): Filter => {
    const parts = [next(depth)];
    while (peek() === kind) {
      at += 1;
      parts.push(next(depth));
    }
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind, parts };
  };
  const either = (depth: number): Filter => chain('or', both, depth);
  const both = (depth: number): Filter => chain('and', single, depth);

  const single = (depth: number): Filter => {
    if (depth > DEPTH_MAX) throw unfit('$filter is too deep');
    const word = peek();
    if (word === 'not') {
      at += 1;
      return { kind: 'not', part: single(depth + 1) };
    }
    if (word === '(') {
      at += 1;
      const inner = either(depth + 1);
      take(')');
      return inner;
    }
    const test = textTests.find((name) => name === word);
    if (test && textOf(tokens[at + 1]) === '(') return textTest(test);
    const left = operand();
    const operator = comparisons.find((name) => name === peek());
    if (!operator) throw notHere(`$filter with ${peek() ?? 'this end'}`);
    at += 1;
    return { kind: 'compare', operator, left, right: operand() };
  };

  /** substringof(piece, text), but startswith(text, piece) and endswith(text, piece). */
  const textTest = (name: TextTest): Filter => {
    at += 1;
    take('(');
    const first = operand();
    take(',');
    const second = operand();
    take(')');
    if (peek() === 'eq' && textOf(tokens[at + 1]) === null) {
      const token = tokens[at + 1];
      if (token?.kind === 'literal' && token.literal.kind === 'boolean') {
        at += 2;
        const whole: Filter =
          name === 'substringof'
            ? { kind: 'test', name, text: second, piece: first }
            : { kind: 'test', name, text: first, piece: second };
        return token.literal.value ? whole : { kind: 'not', part: whole };
      }
    }
    return name === 'substringof'
      ? { kind: 'test', name, text: second, piece: first }
      : { kind: 'test', name, text: first, piece: second };
  };

  const operand = (): Operand => {
    const token = tokens[at];
    at += 1;
    if (token?.kind === 'literal') return token.literal;
    if (token?.kind !== 'word') throw unfit(`$filter: a value expected at word ${at}`);
    const { text: name } = token;
    if (peek() !== '(') return { kind: 'path', steps: name.split('/') };
    if (name !== 'tolower' && name !== 'toupper') throw notHere(`the function ${name}`);
    take('(');
    const of = operand();
    take(')');
    return { kind: 'call', name, of };
  };

  const filter = either(0);
  if (at < tokens.length) throw notHere(`$filter with ${peek() ?? 'a value'} at word ${at + 1}`);
  return filter;
}
