import { notHere, unfit } from './sensorthings-failure.ts';
import { type Filter, parseFilter } from './sensorthings-filter.ts';

/** Query options of 18-088, clause 9.3.3. */
export type Options = {
  filter: Filter | null;
  count: boolean;
  orderby: readonly { path: readonly string[]; descending: boolean }[];
  skip: number;
  top: number | null;
  select: readonly string[] | null;
  expand: ReadonlyMap<string, Options>;
  /** As they stood in the address. */
  pairs: readonly [string, string][];
};

export const noOptions: Options = {
  filter: null,
  count: false,
  orderby: [],
  skip: 0,
  top: null,
  select: null,
  expand: new Map(),
  pairs: [],
};

const EXPAND_DEPTH_MAX = 4;
const SKIP_MAX = 10_000_000;

/** Reads the options of an address. An option that is not here is refused, never passed over. */
export function readOptions(query: URLSearchParams): Options {
  const pairs = [...query].map(([name, value]): [string, string] => [name, value]);
  return optionsOf(pairs, 0);
}

function optionsOf(pairs: readonly [string, string][], depth: number): Options {
  const options: Options = { ...noOptions, pairs };
  const seen = new Set<string>();
  for (const [name, value] of pairs) {
    if (seen.has(name)) throw unfit(`${name} stands twice`);
    seen.add(name);
    switch (name) {
      case '$filter':
        options.filter = parseFilter(value);
        break;
      case '$count':
        if (value !== 'true' && value !== 'false') throw unfit('$count is true or false');
        options.count = value === 'true';
        break;
      case '$top':
        options.top = whole(name, value);
        break;
      case '$skip':
        options.skip = whole(name, value);
        break;
      case '$orderby':
        options.orderby = list(value, ',').map(orderOf);
        break;
      case '$select':
        options.select = list(value, ',');
        break;
      case '$expand':
        options.expand = expandOf(value, depth);
        break;
      default:
        throw notHere(`the option ${name.slice(0, 40)}`);
    }
  }
  return options;
}

/** The query of the page that follows `shown` entities. */
export function nextQuery({ pairs, skip, top }: Options, shown: number): string {
  const next: Record<string, string> = {
    ...Object.fromEntries(pairs),
    $skip: String(skip + shown),
  };
  if (top !== null) next.$top = String(top);
  return Object.entries(next)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

function whole(name: string, value: string): number {
  if (!/^\d{1,8}$/.test(value) || Number(value) > SKIP_MAX) {
    throw unfit(`${name} is a whole number up to ${SKIP_MAX}`);
  }
  return Number(value);
}

function orderOf(text: string): { path: readonly string[]; descending: boolean } {
  const [path = '', direction = 'asc', ...rest] = text.split(/\s+/);
  if (rest.length > 0 || !['asc', 'desc'].includes(direction)) {
    throw unfit(`$orderby: ${text.slice(0, 60)}`);
  }
  return { path: path.split('/'), descending: direction === 'desc' };
}

/** `Datastreams($select=name;$expand=Observations($top=1)),Locations` and `Datastreams/Observations`. */
function expandOf(text: string, depth: number): ReadonlyMap<string, Options> {
  if (depth >= EXPAND_DEPTH_MAX) throw unfit('$expand is too deep');
  const expand = new Map<string, Options>();
  for (const item of list(text, ',')) {
    const match = /^(\w+)((?:\/\w+)*)(?:\((.*)\))?$/s.exec(item);
    if (!match) throw unfit(`$expand: ${item.slice(0, 60)}`);
    const [, name = '', further = '', inner] = match;
    const pairs = inner === undefined ? [] : list(inner, ';').map(pairOf);
    if (further === '') {
      expand.set(name, optionsOf(pairs, depth + 1));
      continue;
    }
    const rest = further.slice(1) + (inner === undefined ? '' : `(${inner})`);
    expand.set(name, { ...noOptions, expand: expandOf(rest, depth + 1) });
  }
  return expand;
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 0) throw unfit(`an option without a value: ${text.slice(0, 40)}`);
  return [text.slice(0, at).trim(), text.slice(at + 1)];
}

/** Splits at a sign that stands outside of parentheses and quotes. */
function list(text: string, sign: string): string[] {
  const items: string[] = [];
  let open = 0;
  let quoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === "'") quoted = !quoted;
    if (quoted) continue;
    if (letter === '(') open += 1;
    if (letter === ')') open -= 1;
    if (letter === sign && open === 0) {
      items.push(text.slice(from, at));
      from = at + 1;
    }
  }
  items.push(text.slice(from));
  const trimmed = items.map((item) => item.trim());
  if (trimmed.includes('') || open !== 0) throw unfit(`${text.slice(0, 60)} is no list`);
  return trimmed;
}
