import { type FileHandle, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatNote, signatureType } from '#verify/note.ts';
import { generateSigningKey, openSigningKey } from '#verify/note-signer.ts';

/** A key of the platform that signs. Other algorithms (SM2, ML-DSA) are further implementations. */
export type Signer = {
  /** Names the key in signature lines; of a ledger, also its origin. */
  name: string;
  algorithm: 'Ed25519';
  /** Raw, 32 bytes for Ed25519. */
  publicKey: Uint8Array;
  /** The public key as text: `name+id+base64` (https://c2sp.org/signed-note). */
  vkey: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /** A note text, which ends in a newline, with this key's signature. */
  signNote(text: string): Promise<string>;
};

/**
 * The Ed25519 key in a file, created at the first call with mode 600 and synced, its folder too,
 * before it is used. A file that others may read is refused. The name counts at creation only:
 * afterwards it is the file's, since a ledger's name may not change.
 */
export async function openFileSigner(options: { file: string; name: string }): Promise<Signer> {
  const { file, name } = options;
  const text = (await readKey(file)) ?? (await createKey(file, name));
  const signer = await openSigningKey(text);
  return {
    name: signer.name,
    algorithm: 'Ed25519',
    publicKey: signer.publicKey,
    vkey: signer.vkey,
    sign: signer.sign,
    signNote: async (note) => formatNote({ text: note, signatures: [await signer.signNote(note)] }),
  };
}

async function readKey(file: string): Promise<string | null> {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) throw new Error(`${file} may be read by others: chmod 600 ${file}`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function createKey(file: string, name: string): Promise<string> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const text = await generateSigningKey(name, signatureType.ed25519);
  const unfinished = `${file}.new`;
  await using handle = await open(unfinished, 'w', 0o600);
  await handle.writeFile(`${text}\n`);
  await handle.sync();
  await rename(unfinished, file);
  await syncFolder(folder);
  return text;
}

async function syncFolder(folder: string): Promise<void> {
  const handle: FileHandle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
