import {
  type Bytes,
  base64Decode,
  base64Encode,
  concatBytes,
  equalBytes,
  hexEncode,
  utf8Encode,
} from './bytes.ts';
import { sha256, verifyEd25519 } from './crypto.ts';
import { Refused } from './failure.ts';

// Signed notes as C2SP has them: https://c2sp.org/signed-note, https://c2sp.org/tlog-cosignature

/** Signature types of a note key: its first byte in a verifier key. */
export const signatureType = { ed25519: 0x01, cosignature: 0x04 } as const;

/** A public key that verifies notes, as a vkey text names it. */
export interface NoteKey {
  readonly name: string;
  /** First four bytes of SHA-256(name || 0x0A || type || public key). */
  readonly id: Bytes;
  readonly type: number;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Bytes;
}

/** One signature line: the name before it, the key id and the bytes after it. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: Bytes;
  readonly signature: Bytes;
}

/** A note taken apart. `text` ends in a newline and is what signatures sign. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const signaturesMax = 64;
const noteLengthMax = 1_000_000;
const linePattern = /^\u2014 (\S+) (\S+)$/u;

/** Whether a text may name a key: not empty, no white space, no plus sign. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s\u0085+]/u.test(name);
}

/** The key id of a name, a type byte and a public key: 4 bytes. */
export async function keyId(name: string, type: number, publicKey: Uint8Array): Promise<Bytes> {
  const digest = await sha256(utf8Encode(`${name}\n`), Uint8Array.of(type), publicKey);
  return digest.slice(0, 4);
}

/** A verifier key as text: `name+hex8(key id)+base64(type || public key)`. */
export async function formatNoteKey(
  name: string,
  type: number,
  publicKey: Uint8Array,
): Promise<string> {
  const id = await keyId(name, type, publicKey);
  return `${name}+${hexEncode(id)}+${base64Encode(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/** The key of a vkey text of type 0x01 or 0x04. Throws Refused `key_invalid`. */
export async function parseNoteKey(text: string): Promise<NoteKey> {
  const refused = new Refused({ code: 'key_invalid', key: text });
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(text) ?? [];
  const bytes = base64Decode(encoded);
  const type = bytes?.[0];
  if (bytes?.length !== 33 || type === undefined || !isKeyName(name)) throw refused;
  if (type !== signatureType.ed25519 && type !== signatureType.cosignature) throw refused;
  const publicKey = bytes.slice(1);
  const computed = await keyId(name, type, publicKey);
  if (hexEncode(computed) !== id) throw refused;
  return { name, id: computed, type, publicKey };
}

/**
 * Takes a signed note apart at its last empty line. Throws Refused `note_invalid` for control
 * characters, more than 64 signatures or a million characters, and malformed signature lines.
 */
export function parseNote(text: string): Note {
  if (text.length > noteLengthMax) throw invalid('it is longer than a million characters');
  if (!text.isWellFormed()) throw invalid('it is not valid Unicode');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids exactly these
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw invalid('it has a control character');
  const split = text.lastIndexOf('\n\n');
  if (split === -1) throw invalid('no empty line stands before its signatures');
  const block = text.slice(split + 2);
  if (!block.endsWith('\n')) throw invalid('its last line has no end');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > signaturesMax) throw invalid(`it has more than ${signaturesMax} signatures`);
  return { text: text.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/** The signature lines of a note, each ending in a newline. Throws Refused `note_invalid`. */
export function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = linePattern.exec(line) ?? [];
  const bytes = base64Decode(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) {
    throw invalid('a signature line is malformed');
  }
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** One signature line, with its newline. */
export function formatSignatureLine({ name, keyId: id, signature }: NoteSignature): string {
  return `\u2014 ${name} ${base64Encode(concatBytes(id, signature))}\n`;
}

/** A note text (ending in a newline) with its signature lines. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignatureLine).join('')}`;
}

/** What the signatures of one key on a note amount to; `time` is seconds, of a cosignature. */
export type KeyVerdict =
  | { readonly state: 'valid'; readonly time?: number }
  | { readonly state: 'missing' }
  | { readonly state: 'invalid' };

/**
 * Checks every signature that a note carries under this key's name and id. One that fails makes the
 * verdict `invalid`, whatever the others say; among valid cosignatures the latest time counts.
 */
export async function verifyNoteKey(note: Note, key: NoteKey): Promise<KeyVerdict> {
  const own = note.signatures.filter(
    (line) => line.name === key.name && equalBytes(line.keyId, key.id),
  );
  if (own.length === 0) return { state: 'missing' };
  const times: number[] = [];
  for (const { signature } of own) {
    const signed = signedMessage(note.text, key, signature);
    if (signed === undefined) return { state: 'invalid' };
    if (!(await verifyEd25519(key.publicKey, signed.message, signed.signature))) {
      return { state: 'invalid' };
    }
    if (signed.time !== undefined) times.push(signed.time);
  }
  return times.length === 0 ? { state: 'valid' } : { state: 'valid', time: Math.max(...times) };
}

/** The message that a cosignature of this POSIX time (seconds) signs: the whole note text. */
export function cosignatureMessage(text: string, time: number): Bytes {
  return utf8Encode(`cosignature/v1\ntime ${time}\n${text}`);
}

/** Signature bytes of a timestamped cosignature: the time as a big-endian u64, then Ed25519. */
export function cosignatureBytes(time: number, signature: Uint8Array): Bytes {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, BigInt(time));
  return concatBytes(head, signature);
}

interface Signed {
  readonly message: Bytes;
  readonly signature: Bytes;
  readonly time?: number;
}

function signedMessage(text: string, key: NoteKey, bytes: Bytes): Signed | undefined {
  if (key.type === signatureType.ed25519) {
    return bytes.length === 64 ? { message: utf8Encode(text), signature: bytes } : undefined;
  }
  if (bytes.length !== 72) return undefined;
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  if (!Number.isSafeInteger(time)) return undefined;
  return { message: cosignatureMessage(text, time), signature: bytes.slice(8), time };
}

function invalid(problem: string): Refused {
  return new Refused({ code: 'note_invalid', problem });
}
