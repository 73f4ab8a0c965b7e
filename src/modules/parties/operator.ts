import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Auth } from './auth.ts';
import { makeBearerKey, parseBearerKey, sameHash } from './bearer-key.ts';
import type { SecurityEvents } from './events.ts';
import { makeOneTimePassword } from './one-time-password.ts';
import { openAccount } from './register.ts';
import { appoint } from './roles.ts';
import {
  findAccountByEmail,
  findKey,
  insertKey,
  replacePassword,
  revokeKeys,
} from './store-accounts.ts';

/** The account that the first start creates. */
const operatorEmail = 'operator@touyan.local';
const KEY_FILE = 'operator-key';

type Uses = Pick<Kernel, 'db' | 'clock' | 'ids' | 'random' | 'facts' | 'access'> & {
  auth: Auth;
  events: SecurityEvents;
};

export type OperatorStart = {
  created: boolean;
  partyId: string;
  email: string;
  /** To print once; absent as soon as the operator has chosen another. */
  password?: string;
  keyPath: string;
};

/**
 * Sees at every start that there is an operator. While its one-time password has not been changed, each
 * start gives a new one, since the last may never have been read. `<folder>/operator-key` (mode 600)
 * holds a bearer token that works while the platform listens on loopback only; a lost or foreign file
 * is replaced, and the key before it revoked.
 */
export async function ensureOperator(
  { folder }: { folder: string },
  uses: Uses,
): Promise<OperatorStart> {
  const { db, clock, random, auth } = uses;
  const keyPath = join(folder, KEY_FILE);
  const standing = await findAccountByEmail(db.read, operatorEmail);
  const due = standing === null || standing.mustChangePassword;
  const password = due ? makeOneTimePassword(random) : null;
  const hash = password === null ? null : await (await auth.$context).password.hash(password);
  const written = await readKey(keyPath);
  const start = await db.transaction(async (tx) => {
    const partyId = standing?.id ?? (await create(tx, hash, uses));
    if (standing && hash !== null) await replacePassword(tx, partyId, hash, clock.now());
    return { partyId, key: await renewKey(tx, partyId, written, uses) };
  });
  if (start.key !== null) await writeSecret(keyPath, start.key);
  const { partyId } = start;
  return {
    ...{ created: standing === null, partyId, email: operatorEmail, keyPath },
    ...(password === null ? {} : { password }),
  };
}

async function create(tx: Executor, passwordHash: string | null, uses: Uses): Promise<string> {
  const name = '平台运营者 Operator';
  const person = { name, email: operatorEmail, passwordHash, mustChangePassword: true };
  const partyId = await openAccount(tx, person, null, uses);
  const reason = 'the first start of the platform';
  await appoint(tx, { partyId, role: 'operator', reason, actor: 'service:parties' }, uses);
  return partyId;
}

/** The text of a new key where the file does not hold the one in force; otherwise null. */
async function renewKey(
  tx: Executor,
  partyId: string,
  written: string | null,
  { clock, ids, random }: Uses,
): Promise<string | null> {
  const now = clock.now();
  const parsed = written === null ? null : parseBearerKey(written);
  const held = parsed && (await findKey(tx, parsed.keyId, now));
  const same = held && parsed && sameHash(held.secretHash, parsed.secretHash);
  if (same && held.partyId === partyId) return null;
  await revokeKeys(tx, { partyId, loopbackOnly: true }, now);
  const id = ids('key');
  const { text, secretHash } = makeBearerKey(id, random);
  const row = { id, partyId, name: KEY_FILE, scopes: null, loopbackOnly: true, createdAt: now };
  await insertKey(tx, { ...row, secretHash, expiresAt: null, createdBy: 'service:parties' });
  return text;
}

async function readKey(path: string): Promise<string | null> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

/** Whole or not at all, on disk when it resolves, and for the owner's eyes only. */
export async function writeSecret(path: string, text: string): Promise<void> {
  const unfinished = `${path}.new`;
  {
    await using handle = await open(unfinished, 'w', 0o600);
    await handle.chmod(0o600);
    await handle.writeFile(`${text}\n`);
    await handle.sync();
  }
  await rename(unfinished, path);
  await using folder = await open(dirname(path), 'r');
  await folder.sync();
}
