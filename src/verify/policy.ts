import { Refused } from './failure.ts';
import { type NoteKey, parseNoteKey, signatureType } from './note.ts';

/** Who must have signed: log keys (one suffices) and a rule over witnesses. */
export interface Policy {
  readonly logs: readonly NoteKey[];
  readonly quorum: Quorum;
}

/** A rule over witnesses: one of them, or at least `threshold` of the members. */
export type Quorum =
  | { readonly kind: 'witness'; readonly name: string; readonly key: NoteKey }
  | {
      readonly kind: 'group';
      readonly name: string;
      readonly threshold: number;
      readonly members: readonly Quorum[];
    };

/** The policy of a log key and witness keys (vkey texts), all of which must have signed. */
export async function policyOfKeys(
  logKey: string,
  witnessKeys: readonly string[],
): Promise<Policy> {
  const log = await typedKey(logKey, signatureType.ed25519);
  const members: Quorum[] = [];
  for (const text of witnessKeys) {
    const key = await typedKey(text, signatureType.cosignature);
    members.push({ kind: 'witness', name: key.name, key });
  }
  return {
    logs: [log],
    quorum: { kind: 'group', name: 'all', threshold: members.length, members },
  };
}

/**
 * The policy that a text holds: a policy file, or bare keys one a line (one of a log, any number of
 * witnesses, told apart by their type). Throws Refused `policy_invalid` or `key_invalid`.
 */
export async function policyOfText(text: string): Promise<Policy> {
  if (/^[ \t]*(log|witness|group|quorum)[ \t]/m.test(text)) return parsePolicy(text);
  const logs: string[] = [];
  const witnesses: string[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const { type } = await parseNoteKey(line);
    (type === signatureType.ed25519 ? logs : witnesses).push(line);
  }
  const [log, second] = logs;
  if (log === undefined) throw invalid(1, 'no key of a log');
  if (second !== undefined) throw invalid(1, 'keys of two logs');
  return policyOfKeys(log, witnesses);
}

/**
 * Reads a policy file (https://c2sp.org/tlog-policy): `log`, `witness`, `group` and exactly one
 * `quorum` line, names defined before they are used, each a member at most once. Throws Refused
 * `policy_invalid` with the line.
 */
export async function parsePolicy(text: string): Promise<Policy> {
  const reader: Reader = { logs: [], names: new Map(), used: new Set(), keys: new Set() };
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const words = line.split(/[ \t\r]+/).filter((word) => word !== '');
    if (words.length === 0 || line.trimStart().startsWith('#')) continue;
    const problem = await readLine(reader, words);
    if (problem !== undefined) throw invalid(index + 1, problem);
  }
  if (reader.quorum === undefined) throw invalid(lines.length, 'no quorum line');
  if (reader.logs.length === 0) throw invalid(lines.length, 'no log line');
  return { logs: reader.logs, quorum: reader.quorum };
}

/** Whether the rule holds when the witnesses with these keys have signed. */
export function quorumHolds(quorum: Quorum, signed: (key: NoteKey) => boolean): boolean {
  if (quorum.kind === 'witness') return signed(quorum.key);
  return quorum.members.filter((member) => quorumHolds(member, signed)).length >= quorum.threshold;
}

/** Every witness that the rule names. */
export function witnessesOf(quorum: Quorum): NoteKey[] {
  return quorum.kind === 'witness' ? [quorum.key] : quorum.members.flatMap(witnessesOf);
}

interface Reader {
  readonly logs: NoteKey[];
  readonly names: Map<string, Quorum>;
  readonly used: Set<string>;
  readonly keys: Set<string>;
  quorum?: Quorum;
}

async function readLine(reader: Reader, words: readonly string[]): Promise<string | undefined> {
  const [keyword = '', first = '', second = '', ...rest] = words;
  if (keyword === 'log' && (words.length === 2 || words.length === 3)) {
    return addKey(reader, first, signatureType.ed25519, (key) => reader.logs.push(key));
  }
  if (keyword === 'witness' && (words.length === 3 || words.length === 4)) {
    if (first === 'none' || reader.names.has(first)) return `the name ${first} is taken`;
    return addKey(reader, second, signatureType.cosignature, (key) =>
      reader.names.set(first, { kind: 'witness', name: first, key }),
    );
  }
  if (keyword === 'group' && words.length >= 4) return addGroup(reader, first, second, rest);
  if (keyword === 'quorum' && words.length === 2) {
    if (reader.quorum !== undefined) return 'a second quorum line';
    const none: Quorum = { kind: 'group', name: 'none', threshold: 0, members: [] };
    const quorum = first === 'none' ? none : reader.names.get(first);
    if (quorum === undefined) return `the name ${first} is not defined`;
    reader.quorum = quorum;
    return undefined;
  }
  return 'not a policy line';
}

async function addKey(
  reader: Reader,
  text: string,
  type: number,
  add: (key: NoteKey) => void,
): Promise<string | undefined> {
  const key = await typedKey(text, type).catch(() => undefined);
  if (key === undefined) return `${text} is no key of the type that stands here`;
  const identity = key.publicKey.join();
  if (reader.keys.has(identity)) return 'a key given twice';
  reader.keys.add(identity);
  add(key);
  return undefined;
}

function addGroup(
  reader: Reader,
  name: string,
  rule: string,
  memberNames: readonly string[],
): string | undefined {
  if (name === 'none' || reader.names.has(name)) return `the name ${name} is taken`;
  const members: Quorum[] = [];
  for (const memberName of memberNames) {
    const member = reader.names.get(memberName);
    if (member === undefined) return `the name ${memberName} is not defined`;
    if (reader.used.has(memberName)) return `${memberName} is a member twice`;
    reader.used.add(memberName);
    members.push(member);
  }
  const threshold = { all: members.length, any: 1 }[rule] ?? Number(rule);
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > members.length) {
    return `${rule} is neither all, any nor a number of members`;
  }
  reader.names.set(name, { kind: 'group', name, threshold, members });
  return undefined;
}

async function typedKey(text: string, type: number): Promise<NoteKey> {
  const key = await parseNoteKey(text.trim());
  if (key.type !== type) throw new Refused({ code: 'key_invalid', key: text });
  return key;
}

function invalid(line: number, problem: string): Refused {
  return new Refused({ code: 'policy_invalid', line, problem });
}
