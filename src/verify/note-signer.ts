import {
  type Bytes,
  base64Decode,
  base64Encode,
  concatBytes,
  hexEncode,
  utf8Encode,
} from './bytes.ts';
import {
  cosignatureBytes,
  cosignatureMessage,
  formatNoteKey,
  isKeyName,
  keyId,
  type NoteSignature,
  signatureType,
} from './note.ts';

/** A secret key that signs notes. */
export interface NoteSigner {
  readonly name: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Bytes;
  /** The verifier key as text. */
  readonly vkey: string;
  /** Ed25519 over any bytes: 64 bytes. */
  sign(message: Uint8Array): Promise<Bytes>;
  /** A log's signature of a note text. */
  signNote(text: string): Promise<NoteSignature>;
  /** A witness's cosignature of a checkpoint text at a POSIX time in seconds. */
  cosign(text: string, time: number): Promise<NoteSignature>;
}

// Both halves of an Ed25519 key in the fixed shells of RFC 8410.
const pkcs8Head = Uint8Array.from('302e020100300506032b657004220420'.match(/../g) ?? [], (hex) =>
  Number.parseInt(hex, 16),
);

/**
 * A new secret key as the text that Go's `note` package writes:
 * `PRIVATE+KEY+<name>+<key id>+<base64(type || seed)>`. Type 0x01 signs notes, 0x04 cosigns them.
 */
export async function generateSigningKey(name: string, type: number): Promise<string> {
  if (!isKeyName(name)) throw new TypeError(`${name} cannot name a key`);
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const { publicKey } = await importSeed(seed);
  const id = hexEncode(await keyId(name, type, publicKey));
  return `PRIVATE+KEY+${name}+${id}+${base64Encode(concatBytes(Uint8Array.of(type), seed))}`;
}

/** Opens the text of `generateSigningKey`. Throws TypeError, without the text, when it is none. */
export async function openSigningKey(text: string): Promise<NoteSigner> {
  const [, name = '', idText = '', encoded = ''] =
    /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? [];
  const bytes = base64Decode(encoded);
  const type = bytes?.[0];
  if (
    bytes?.length !== 33 ||
    (type !== signatureType.ed25519 && type !== signatureType.cosignature)
  ) {
    throw new TypeError('not the text of a signing key');
  }
  const { key, publicKey } = await importSeed(bytes.slice(1));
  const id = await keyId(name, type, publicKey);
  if (hexEncode(id) !== idText) throw new TypeError('the signing key does not fit its own id');
  const sign = async (message: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, key, concatBytes(message)));
  return {
    name,
    publicKey,
    vkey: await formatNoteKey(name, type, publicKey),
    sign,
    signNote: async (note) => ({ name, keyId: id, signature: await sign(utf8Encode(note)) }),
    cosign: async (note, time) => ({
      name,
      keyId: id,
      signature: cosignatureBytes(time, await sign(cosignatureMessage(note, time))),
    }),
  };
}

async function importSeed(seed: Uint8Array): Promise<{ key: CryptoKey; publicKey: Bytes }> {
  const shell = concatBytes(pkcs8Head, seed);
  const key = await crypto.subtle.importKey('pkcs8', shell, { name: 'Ed25519' }, true, ['sign']);
  const { x = '' } = await crypto.subtle.exportKey('jwk', key);
  const padded = x.replaceAll('-', '+').replaceAll('_', '/').padEnd(44, '=');
  const publicKey = base64Decode(padded);
  if (publicKey?.length !== 32) throw new TypeError('not an Ed25519 key');
  return { key, publicKey };
}
