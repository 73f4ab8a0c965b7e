/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a JSON value is an object: neither null nor an array. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is not the JSON that this verifier accepts; `offset` counts UTF-16 code units. */
export class JsonRefused extends Error {
  readonly offset: number;
  readonly problem: string;
  constructor(offset: number, problem: string) {
    super(`${problem} at character ${offset}`);
    this.offset = offset;
    this.problem = problem;
  }
}

const depthMax = 64;
const wordPattern = /-?[0-9][0-9.eE+-]*|true|false|null/y;
const spacePattern = /[ \t\n\r]*/y;

/**
 * Parses JSON (RFC 8259) and refuses what makes two different texts mean one value or one text two:
 * duplicate keys, numbers and strings not in the form JSON.stringify gives them, lone surrogates,
 * anything after the value. White space between tokens and the order of keys stay free. At most 64
 * levels deep. Throws JsonRefused.
 */
export function parseStrictJson(text: string): Json {
  const reader: Reader = { text, offset: 0 };
  skipSpace(reader);
  const value = readValue(reader, 0);
  skipSpace(reader);
  if (reader.offset !== text.length) throw new JsonRefused(reader.offset, 'data after the value');
  return value;
}

interface Reader {
  readonly text: string;
  offset: number;
}

function readValue(reader: Reader, depth: number): Json {
  if (depth > depthMax) throw new JsonRefused(reader.offset, `more than ${depthMax} levels`);
  const letter = reader.text[reader.offset];
  if (letter === '{') return readObject(reader, depth);
  if (letter === '[') return readArray(reader, depth);
  return readScalar(reader);
}

function readObject(reader: Reader, depth: number): JsonObject {
  const members = new Map<string, Json>();
  readList(reader, '}', () => {
    const start = reader.offset;
    const key = readScalar(reader);
    if (typeof key !== 'string') throw new JsonRefused(start, 'a key that is no string');
    if (members.has(key)) throw new JsonRefused(start, 'a key given twice');
    skipSpace(reader);
    expect(reader, ':');
    skipSpace(reader);
    members.set(key, readValue(reader, depth + 1));
  });
  return Object.fromEntries(members);
}

function readArray(reader: Reader, depth: number): Json[] {
  const items: Json[] = [];
  readList(reader, ']', () => {
    items.push(readValue(reader, depth + 1));
  });
  return items;
}

function readList(reader: Reader, end: string, readItem: () => void): void {
  reader.offset += 1;
  skipSpace(reader);
  if (reader.text[reader.offset] === end) {
    reader.offset += 1;
    return;
  }
  for (;;) {
    readItem();
    skipSpace(reader);
    if (reader.text[reader.offset] === end) break;
    expect(reader, ',');
    skipSpace(reader);
  }
  reader.offset += 1;
}

function readScalar(reader: Reader): null | boolean | number | string {
  const token = scalarToken(reader);
  if (token === undefined) throw new JsonRefused(reader.offset, 'not a JSON value');
  let value: unknown;
  try {
    value = JSON.parse(token);
  } catch {
    throw new JsonRefused(reader.offset, 'not a JSON value');
  }
  if (JSON.stringify(value) !== token) {
    throw new JsonRefused(reader.offset, 'a number or string not in its canonical form');
  }
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new JsonRefused(reader.offset, 'a string with a lone surrogate');
  }
  reader.offset += token.length;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return null;
}

// Strings are found by their closing quote, not by a pattern: a disclosed file is one string of
// megabytes, for which the pattern's stack would not do.
function scalarToken({ text, offset }: Reader): string | undefined {
  if (text[offset] !== '"') {
    wordPattern.lastIndex = offset;
    return wordPattern.exec(text)?.[0];
  }
  for (
    let quote = text.indexOf('"', offset + 1);
    quote !== -1;
    quote = text.indexOf('"', quote + 1)
  ) {
    let escapes = 0;
    while (text[quote - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return text.slice(offset, quote + 1);
  }
  return undefined;
}

function skipSpace(reader: Reader): void {
  spacePattern.lastIndex = reader.offset;
  reader.offset += spacePattern.exec(reader.text)?.[0].length ?? 0;
}

function expect(reader: Reader, letter: string): void {
  if (reader.text[reader.offset] !== letter) {
    throw new JsonRefused(reader.offset, `not the expected ${letter}`);
  }
  reader.offset += 1;
}
