/**
 * A strict part of CommonMark with tables: headings, paragraphs, lists, quotes, tables, code,
 * rules, links, emphasis. No HTML, no images: whatever else there is stays the text it is.
 */
export type Block =
  | { kind: 'heading'; level: number; text: Inline[] }
  | { kind: 'paragraph'; text: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'emphasis'; text: Inline[] }
  | { kind: 'link'; href: string; text: Inline[] };

const patterns = {
  fence: /^ {0,3}```/,
  heading: /^(#{1,6})\s+(.*?)\s*#*$/,
  rule: /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/,
  item: /^ {0,3}(?:([-*+])|\d{1,9}[.)])\s+(.*)$/,
  /** A line within a paragraph that begins with a figure is a list only from 1 on (CommonMark 5.3). */
  itemInParagraph: /^ {0,3}(?:[-*+]|1[.)])\s+\S/,
  quote: /^ {0,3}> ?(.*)$/,
  divider: /^ {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/,
} as const;

const charactersMax = 200_000;
/**
 * A longer line is a paragraph without looking: some patterns need the square of a line's length.
 */
const lineCharactersMax = 4_000;
const depthMax = 8;

/**
 * Reads blocks. Texts beyond 200,000 characters are cut, quotes and emphasis beyond depth 8 stay
 * text.
 */
export function parseMarkdown(source: string, depth = 0): Block[] {
  const lines = source.slice(0, charactersMax).replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if ((lines[at] ?? '').trim() === '') {
      at += 1;
      continue;
    }
    const [block, next] = readBlock(lines, at, depth);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(lines: readonly string[], start: number, depth: number): [Block, number] {
  const line = lines[start] ?? '';
  if (line.length > lineCharactersMax) return readParagraph(lines, start);
  if (patterns.fence.test(line)) return readCode(lines, start);
  const heading = patterns.heading.exec(line);
  if (heading !== null) {
    const [, marks = '#', text = ''] = heading;
    return [{ kind: 'heading', level: marks.length, text: parseInline(text) }, start + 1];
  }
  if (patterns.rule.test(line)) return [{ kind: 'rule' }, start + 1];
  if (patterns.quote.test(line) && depth < depthMax) return readQuote(lines, start, depth);
  if (patterns.item.test(line)) return readList(lines, start);
  const following = lines[start + 1] ?? '';
  const divided = following.length <= lineCharactersMax && patterns.divider.test(following);
  if (line.includes('|') && divided) {
    return readTable(lines, start);
  }
  return readParagraph(lines, start);
}

function readCode(lines: readonly string[], start: number): [Block, number] {
  const length = lines.slice(start + 1).findIndex((line) => patterns.fence.test(line));
  const end = length < 0 ? lines.length : start + 1 + length;
  return [{ kind: 'code', text: lines.slice(start + 1, end).join('\n') }, end + 1];
}

function readQuote(lines: readonly string[], start: number, depth: number): [Block, number] {
  const inner: string[] = [];
  let at = start;
  for (; at < lines.length; at += 1) {
    const match = patterns.quote.exec(lines[at] ?? '');
    if (match === null) break;
    inner.push(match[1] ?? '');
  }
  return [{ kind: 'quote', blocks: parseMarkdown(inner.join('\n'), depth + 1) }, at];
}

function readList(lines: readonly string[], start: number): [Block, number] {
  const items: string[] = [];
  const ordered = patterns.item.exec(lines[start] ?? '')?.[1] === undefined;
  let at = start;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const match = patterns.item.exec(line);
    if (match !== null && (match[1] === undefined) === ordered) items.push(match[2] ?? '');
    else if (/^\s+\S/.test(line)) items.push(`${items.pop() ?? ''} ${line.trim()}`);
    else break;
  }
  return [{ kind: 'list', ordered, items: items.map((item) => parseInline(item)) }, at];
}

function readTable(lines: readonly string[], start: number): [Block, number] {
  const head = cells(lines[start] ?? '');
  const rows: Inline[][][] = [];
  let at = start + 2;
  for (; at < lines.length && (lines[at] ?? '').includes('|'); at += 1) {
    const row = cells(lines[at] ?? '');
    rows.push(head.map((_, place) => row[place] ?? []));
  }
  return [{ kind: 'table', head, rows }, at];
}

const cells = (line: string): Inline[][] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => parseInline(cell.trim().replaceAll('\\|', '|')));

function readParagraph(lines: readonly string[], start: number): [Block, number] {
  let at = start + 1;
  while (at < lines.length && !startsBlock(lines[at] ?? '')) at += 1;
  const text = lines
    .slice(start, at)
    .map((line) => line.trim())
    .join('\n');
  return [{ kind: 'paragraph', text: parseInline(text) }, at];
}

const openers = [
  patterns.fence,
  patterns.heading,
  patterns.rule,
  patterns.itemInParagraph,
  patterns.quote,
] as const;

const startsBlock = (line: string): boolean =>
  line.trim() === '' ||
  (line.length <= lineCharactersMax && openers.some((pattern) => pattern.test(line)));

const inline = new RegExp(
  [
    /`([^`]+)`/,
    /\*\*(?=\S)([^*]+?)\*\*/,
    /\*(?=\S)([^*]+?)\*/,
    /(?<!\w)_(?=\S)([^_]+?)_(?!\w)/,
    /\[([^[\]]+)\]\(([^()\s]+)\)/,
    /<?(https?:\/\/[^\s<>()（）。，、；]+)>?/,
    /\\([\\`*_[\]()#|.-])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** Reads emphasis, code and links inside one block. */
function parseInline(source: string, depth = 0): Inline[] {
  if (depth > depthMax) return [{ kind: 'text', text: source }];
  const parts: Inline[] = [];
  let end = 0;
  for (const match of source.matchAll(inline)) {
    if (match.index > end) parts.push({ kind: 'text', text: source.slice(end, match.index) });
    end = match.index + match[0].length;
    parts.push(readInline(match, depth));
  }
  if (end < source.length) parts.push({ kind: 'text', text: source.slice(end) });
  return parts;
}

function readInline(match: RegExpExecArray, depth: number): Inline {
  const [whole, code, strong, star, underscore, label, target, address, escaped] = match;
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', text: parseInline(strong, depth + 1) };
  const emphasis = star ?? underscore;
  if (emphasis !== undefined) return { kind: 'emphasis', text: parseInline(emphasis, depth + 1) };
  if (escaped !== undefined) return { kind: 'text', text: escaped };
  const href = safeHref(target ?? address ?? '');
  if (href === null) return { kind: 'text', text: whole };
  const text: Inline[] =
    label === undefined ? [{ kind: 'text', text: href }] : parseInline(label, depth + 1);
  return { kind: 'link', href, text };
}

/**
 * An address that may be followed: http, https, or relative to this site. Anything else is null.
 */
export function safeHref(address: string): string | null {
  if (/^https?:\/\//i.test(address)) return URL.canParse(address) ? address : null;
  // `//host` and `/\host` would leave the site; a colon before a slash would name another scheme.
  if (/^[/\\]{2}|^\/\\/.test(address) || /^[^/?#]*:/.test(address)) return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop them
  return /[\u0000-\u001f]/.test(address) ? null : address;
}
