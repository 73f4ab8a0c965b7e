import * as z from 'zod';
import type { Failure } from '#kernel/errors.ts';
import { filePath } from '../entities.ts';
import { hubErrors } from '../errors.ts';

/** Everything of a line but the content of its file. */
const LINE_BYTES_MAX = 64 * 1024;

const folderPath = z.string().max(500);
const line = z.discriminatedUnion('key', [
  z.object({
    key: z.literal('header'),
    value: z.object({
      summary: z.string().max(10_000).default(''),
      description: z.string().max(50_000).nullish(),
      parentCommit: z
        .string()
        .regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, 'should be a commit')
        .nullish(),
    }),
  }),
  z.object({
    key: z.literal('file'),
    value: z.object({ path: filePath, content: z.literal(''), encoding: z.literal('base64') }),
  }),
  z.object({
    key: z.literal('lfsFile'),
    value: z.object({
      path: filePath,
      algo: z.literal('sha256').optional(),
      oid: z.string().regex(/^[0-9a-f]{64}$/, 'should be 64 hexadecimal digits'),
      size: z.number().int().min(0).optional(),
    }),
  }),
  z.object({ key: z.literal('deletedFile'), value: z.object({ path: filePath }) }),
  z.object({ key: z.literal('deletedFolder'), value: z.object({ path: folderPath }) }),
]);

export type CommitLine<Stored> =
  | Exclude<z.output<typeof line>, { key: 'file' }>
  | { key: 'file'; value: { path: string; stored: Stored } };

/**
 * Reads the body of a commit, newline-delimited JSON of `{key, value}`, while it comes in. The content of
 * a file (`value.content`, base64) goes to `store` as bytes, piece by piece, and is never held whole.
 * Throws `hub.commit_unfit`, and whatever `store` throws.
 */
export async function* readCommitLines<Stored>(
  source: AsyncIterable<Uint8Array>,
  store: (content: AsyncIterable<Uint8Array>) => Promise<Stored>,
): AsyncGenerator<CommitLine<Stored>> {
  const cursor = cursorOf(source);
  while (await cursor.fill()) {
    const { text, stored } = await readLine(cursor, store);
    if (text.trim() === '') continue;
    const parsed = line.safeParse(parseLine(text));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw unfit(`${issue?.path.map(String).join('.')}: ${issue?.message}`);
    }
    const { data } = parsed;
    if (data.key === 'file') {
      if (stored === null) throw unfit('a file has no content');
      yield { key: 'file', value: { path: data.value.path, stored: stored.value } };
    } else if (stored !== null) {
      throw unfit(`${data.key} has content`);
    } else {
      yield data;
    }
  }
}

const unfit = (problem: string): Failure =>
  hubErrors.make.commit_unfit({ problem: problem.slice(0, 300) });

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unfit('a line is no JSON');
  }
}

type Cursor = {
  /** Whether there are bytes ahead; waits for them. */
  fill(): Promise<boolean>;
  ahead(): Buffer;
  skip(count: number): void;
};

function cursorOf(source: AsyncIterable<Uint8Array>): Cursor {
  const iterator = source[Symbol.asyncIterator]();
  let ahead: Buffer = Buffer.alloc(0);
  return {
    async fill() {
      while (ahead.length === 0) {
        const { done, value } = await iterator.next();
        if (done) return false;
        ahead = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      }
      return true;
    },
    ahead: () => ahead,
    skip(count) {
      ahead = ahead.subarray(count);
    },
  };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * One line, with `""` where the content stood. Only as much of JSON is known here as it takes to find the string
 * under `value.content`; the rest is parsed afterwards.
 */
async function readLine<Stored>(
  cursor: Cursor,
  store: (content: AsyncIterable<Uint8Array>) => Promise<Stored>,
): Promise<{ text: string; stored: { value: Stored } | null }> {
  const text: number[] = [];
  let stored: { value: Stored } | null = null;
  let depth = 0;
  let keyStart = -1;
  let key = '';
  let awaitsKey = false;
  let inString = false;
  let escaped = false;
  while (await cursor.fill()) {
    const byte = cursor.ahead()[0] ?? 0;
    cursor.skip(1);
    if (byte === NEWLINE && !inString) break;
    text.push(byte);
    if (text.length > LINE_BYTES_MAX) throw unfit('a line is too long');
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) {
        inString = false;
        if (keyStart >= 0) key = Buffer.from(text.slice(keyStart, -1)).toString('latin1');
        keyStart = -1;
      }
    } else if (byte === QUOTE) {
      if (depth === 2 && key === 'content' && !awaitsKey) {
        if (stored) throw unfit('a line has content twice');
        stored = { value: await store(decodeContent(cursor)) };
        text.push(QUOTE);
        key = '';
      } else {
        inString = true;
        if (awaitsKey) keyStart = text.length;
      }
    } else if (OPENING.has(byte)) {
      depth += 1;
      awaitsKey = byte === 0x7b;
    } else if (CLOSING.has(byte)) {
      depth -= 1;
      key = '';
    } else if (byte === COMMA) {
      awaitsKey = true;
    } else if (byte === COLON) {
      awaitsKey = false;
    }
  }
  return { text: Buffer.from(text).toString('utf8'), stored };
}

/** Bytes of a base64 string (RFC 4648 section 4, padded) up to its closing quote. */
async function* decodeContent(cursor: Cursor): AsyncGenerator<Uint8Array> {
  let left = '';
  let ended = false;
  for (;;) {
    if (!(await cursor.fill())) throw unfit('the body ends within a file');
    const ahead = cursor.ahead();
    const quote = ahead.indexOf(QUOTE);
    const last = quote >= 0;
    let text = left + ahead.toString('latin1', 0, last ? quote : ahead.length);
    cursor.skip(last ? quote + 1 : ahead.length);
    // Some encoders of JSON escape the slash.
    if (text.includes('\\')) text = text.replaceAll('\\/', '/');
    const whole = !last && text.endsWith('\\') ? text.length - 1 : text.length;
    const usable = last ? text.length : whole - (whole % 4);
    left = text.slice(usable);
    const part = text.slice(0, usable);
    const fits = part.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(part);
    if (!fits || (ended && part !== '')) throw unfit('content is no base64');
    ended ||= part.endsWith('=');
    if (part !== '') yield Buffer.from(part, 'base64');
    if (last) return;
  }
}
