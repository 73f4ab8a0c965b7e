import { Malformed, shownText } from './format-source.ts';

/**
 * Walks the opcodes of pickles without running one (https://docs.python.org/3/library/pickletools.html), and says what a
 * loader would import. Whatever is not on the list of what the usual weights need is dangerous: a list of forbidden
 * names always leaves some out.
 */

/** What rebuilds tensors and arrays, and nothing else. Exact names. */
const ALLOWED = new Set([
  'collections OrderedDict',
  '_codecs encode',
  'torch._utils _rebuild_tensor',
  'torch._utils _rebuild_tensor_v2',
  'torch._utils _rebuild_parameter',
  'torch Size',
  'torch device',
  ...['Float', 'Half', 'BFloat16', 'Double', 'Long', 'Int', 'Short', 'Char', 'Byte', 'Bool'].map(
    (type) => `torch ${type}Storage`,
  ),
  ...['numpy', 'numpy.core.multiarray', 'numpy._core.multiarray'].flatMap((module) =>
    ['_reconstruct', 'scalar', 'ndarray', 'dtype'].map((name) => `${module} ${name}`),
  ),
]);
export const isAllowedImport = (name: string) => ALLOWED.has(name);

export type PickleWalk = {
  /** `module name`; `?` where the name is worked out while it loads. */
  imports: string[];
  /** Why the walk ended before the end of the pickle; null where it reached it. */
  broken: string | null;
};

const PICKLES_MAX = 100;
const IMPORTS_MAX = 1_000;
const MEMO_MAX = 1_000_000;
const CUT = 'the pickle breaks off';
const PROTO = 0x80;

type Argument = 'none' | 'line' | 'two lines' | { bytes: number } | { counted: 1 | 4 | 8 };

/** By opcode: what follows it. */
const ARGUMENTS: ReadonlyMap<number, Argument> = new Map(
  [
    ...[...'(.012Nb]}aetulsdRo)\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98Q'].map(
      (code) => [code, 'none'] as const,
    ),
    ...[...'FILSVPgp'].map((code) => [code, 'line'] as const),
    ...[...'ci'].map((code) => [code, 'two lines'] as const),
    ...[...'Khq\x80\x82'].map((code) => [code, { bytes: 1 }] as const),
    ...[...'M\x83'].map((code) => [code, { bytes: 2 }] as const),
    ...[...'Jjr\x84'].map((code) => [code, { bytes: 4 }] as const),
    ...[...'G\x95'].map((code) => [code, { bytes: 8 }] as const),
    ...[...'CU\x8a\x8c'].map((code) => [code, { counted: 1 }] as const),
    ...[...'BTX\x8b'].map((code) => [code, { counted: 4 }] as const),
    ...[...'\x8d\x8e\x96'].map((code) => [code, { counted: 8 }] as const),
  ].map(([code, argument]) => [code.charCodeAt(0), argument]),
);

/**
 * All pickles that stand one after the other from the beginning of these bytes. What follows the last one, such as the
 * numbers of a tensor, may look like one without a mark: only names that Python could have are taken from there.
 */
export function walkPickles(bytes: Buffer): PickleWalk {
  const imports = new Set<string>();
  let position = 0;
  for (let count = 0; count < PICKLES_MAX; count += 1) {
    const marked = count === 0 || bytes[position] === PROTO;
    const found = new Set<string>();
    const { end, broken } = tryOne(bytes, position, found);
    for (const name of found) if (marked || isPythonName(name)) imports.add(name);
    if (marked && broken !== null) return { imports: [...imports], broken };
    if (broken !== null || end === bytes.length) return { imports: [...imports], broken: null };
    position = end;
  }
  return { imports: [...imports], broken: 'there are too many pickles' };
}

function tryOne(bytes: Buffer, start: number, imports: Set<string>) {
  try {
    return { end: walkOne(bytes, start, imports), broken: null };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { end: start, broken: error.message };
  }
}

const isPythonName = (name: string) => /^[\w.]+ [\w.]+$/.test(name);

/**
 * Whether bytes without the mark of a protocol are a pickle all the same: protocols 0 and 1 have none, and no reader asks
 * for it. They have to be read to the end, or to where `bytes` was cut off, and import something.
 */
export function isUnmarkedPickle(bytes: Buffer, whole: boolean): boolean {
  const { imports, broken } = walkPickles(bytes);
  const followed = broken === null || (broken === CUT && !whole);
  return (
    followed && imports.length > 0 && imports.every((name) => name === '?' || isPythonName(name))
  );
}

/** One pickle, up to the place after its STOP. Throws `Malformed`. */
function walkOne(bytes: Buffer, start: number, imports: Set<string>): number {
  const memo = new Map<number, string | null>();
  // The two values pushed last, where they are text; whatever else happens makes them unknown.
  let last: string | null = null;
  let beforeLast: string | null = null;
  const push = (value: string | null) => {
    beforeLast = last;
    last = value;
  };
  const found = (name: string) => {
    if (imports.size < IMPORTS_MAX) imports.add(name);
  };
  let position = start;
  for (;;) {
    if (memo.size > MEMO_MAX) throw new Malformed('the pickle remembers too much');
    const code = bytes[position];
    if (code === undefined) throw new Malformed(CUT);
    const argument = ARGUMENTS.get(code);
    if (argument === undefined) throw new Malformed('the pickle has an opcode that is not known');
    const { text, number, end } = argumentOf(bytes, position + 1, argument, code);
    position = end;
    switch (String.fromCharCode(code)) {
      case '.':
        return position;
      case '\x80':
      case '\x95':
        break;
      case 'c':
      case 'i':
        found(shownText(text.replace('\n', ' ')));
        push(null);
        break;
      case '\x93':
        found(shownText(beforeLast === null || last === null ? '?' : `${beforeLast} ${last}`));
        push(null);
        // The two names are gone: what lies under the result is not followed.
        beforeLast = null;
        break;
      case '\x82':
      case '\x83':
      case '\x84':
        found('?');
        push(null);
        break;
      case '\x94':
        memo.set(memo.size, last);
        break;
      case 'p':
      case 'q':
      case 'r':
        memo.set(number, last);
        break;
      case 'g':
      case 'h':
      case 'j':
        push(memo.get(number) ?? null);
        break;
      default:
        push(isText(code) ? text : null);
    }
  }
}

const TEXTS = new Set([...'SVUTX\x8c\x8d'].map((code) => code.charCodeAt(0)));
const isText = (code: number) => TEXTS.has(code);

const LINE_BYTES_MAX = 1_000_000;

function argumentOf(bytes: Buffer, start: number, argument: Argument, code: number) {
  if (argument === 'none') return { text: '', number: 0, end: start };
  if (argument === 'line' || argument === 'two lines') {
    const first = lineEnd(bytes, start);
    const end = argument === 'line' ? first : lineEnd(bytes, first);
    const line = bytes.toString('utf8', start, Math.min(end - 1, start + 1_000)).trim();
    const text = code === 0x53 ? line.replace(/^['"]|['"]$/g, '') : line;
    return { text, number: Number.parseInt(line, 10), end };
  }
  if ('bytes' in argument) {
    const { bytes: size } = argument;
    if (start + size > bytes.length) throw new Malformed(CUT);
    const number = size === 8 ? 0 : bytes.readUIntLE(start, size);
    return { text: '', number, end: start + size };
  }
  const { counted } = argument;
  if (start + counted > bytes.length) throw new Malformed(CUT);
  const length =
    counted === 8 ? Number(bytes.readBigUInt64LE(start)) : bytes.readUIntLE(start, counted);
  const from = start + counted;
  if (from + length > bytes.length) throw new Malformed(CUT);
  const text = isText(code) ? bytes.toString('utf8', from, from + Math.min(length, 1_000)) : '';
  return { text, number: 0, end: from + length };
}

function lineEnd(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(0x0a, start);
  if (end < 0 || end - start > LINE_BYTES_MAX) throw new Malformed(CUT);
  return end + 1;
}
