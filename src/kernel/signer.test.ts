import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyEd25519 } from '#verify/crypto.ts';
import { parseNote, parseNoteKey, verifyNoteKey } from '#verify/note.ts';
import { openFileSigner } from './signer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touyan-signer-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the key is made once, for its owner only, and signs what its public key verifies', async () => {
  const file = join(folder, 'keys', 'ledger');
  const first = await openFileSigner({ file, name: 'city.example/ledger' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const again = await openFileSigner({ file, name: 'another name' });
  expect(again.vkey).toBe(first.vkey);
  expect(again.name).toBe('city.example/ledger');
  const message = new TextEncoder().encode('bytes');
  expect(await verifyEd25519(first.publicKey, message, await again.sign(message))).toBe(true);
  const note = parseNote(await again.signNote('a text\n'));
  const verdict = await verifyNoteKey(note, await parseNoteKey(first.vkey));
  expect(verdict).toEqual({ state: 'valid' });
});

test('a key that others may read, or that was damaged, is refused without showing it', async () => {
  const file = join(folder, 'ledger');
  await openFileSigner({ file, name: 'log' });
  await chmod(file, 0o644);
  await expect(openFileSigner({ file, name: 'log' })).rejects.toThrow('chmod 600');
  await chmod(file, 0o600);
  const secret = await readFile(file, 'utf8');
  await writeFile(file, secret.replace('+log+', '+lag+'));
  const refusal = await openFileSigner({ file, name: 'log' }).catch(
    (error: Error) => error.message,
  );
  expect(refusal).toBe('the signing key does not fit its own id');
});
