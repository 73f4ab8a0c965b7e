import { type Bytes, concatBytes, hexEncode, utf8Encode } from './bytes.ts';

/** SHA-256 of the parts one after the other: 32 bytes. */
export async function sha256(...parts: readonly Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concatBytes(...parts)));
}

/** The digest of a text's UTF-8 as the platform writes it: `sha256:<hex>`. */
export async function textDigest(text: string): Promise<string> {
  return `sha256:${hexEncode(await sha256(utf8Encode(text)))}`;
}

/**
 * Whether an Ed25519 signature (RFC 8032, 64 bytes) of a message holds under a raw 32-byte key. A
 * key that is no point of the curve verifies nothing. Throws where Web Crypto has no Ed25519 at
 * all.
 */
export async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = await crypto.subtle.importKey(
    'raw',
    concatBytes(publicKey),
    { name: 'Ed25519' },
    false,
    ['verify'],
  );
  return crypto.subtle.verify(
    { name: 'Ed25519' },
    key,
    concatBytes(signature),
    concatBytes(message),
  );
}
