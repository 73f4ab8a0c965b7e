import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lockFolder } from '#kernel/folder-lock.ts';
import { signatureType } from '#verify/note.ts';
import { generateSigningKey, type NoteSigner, openSigningKey } from '#verify/note-signer.ts';

/** What a witness remembers, in a folder that only one process uses at a time. */
export type WitnessState = {
  /** The last checkpoint of a log that was cosigned, as a note; null if none. */
  read(origin: string): Promise<string | null>;
  /** Durable when it resolves: the file and its name are synced. */
  write(origin: string, note: string): Promise<void>;
  /** Keeps a validly signed checkpoint that was refused: it may prove that a log misbehaved. */
  keepEvidence(origin: string, evidence: string): Promise<void>;
  close(): Promise<void>;
};

const HOLDER_MILLISECONDS_MAX = 5_000;
/** Evidence files kept; each is at most about a megabyte. */
const evidenceMax = 1000;

/** The witness's key in its folder, created at the first call; only its owner may read it. */
export async function openWitnessKey(folder: string, name: string): Promise<NoteSigner> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'witness-key');
  const kept = await readIfThere(file);
  if (kept !== null) {
    if (((await stat(file)).mode & 0o077) !== 0) {
      throw new Error(`${file} may be read by others: chmod 600 ${file}`);
    }
    return openSigningKey(kept);
  }
  const text = await generateSigningKey(name, signatureType.cosignature);
  await writeDurably(folder, 'witness-key', `${text}\n`);
  return openSigningKey(text);
}

export async function openWitnessState(folder: string): Promise<WitnessState> {
  const logs = join(folder, 'logs');
  const refused = join(folder, 'refused');
  for (const each of [logs, refused]) await mkdir(each, { recursive: true, mode: 0o700 });
  await syncFolder(folder);
  const unlock = await lock(folder);
  return {
    read: (origin) => readIfThere(join(logs, digestOf(origin))),
    write: (origin, note) => writeDurably(logs, digestOf(origin), note),
    async keepEvidence(origin, evidence) {
      const name = `${digestOf(origin).slice(0, 16)}-${digestOf(evidence).slice(0, 32)}`;
      const kept = await readdir(refused);
      if (kept.includes(name) || kept.length >= evidenceMax) return;
      await writeDurably(refused, name, evidence);
    },
    close: unlock,
  };
}

/** The name under which a log's checkpoint is kept and monitored: hex SHA-256 of its origin. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const unfinished = join(folder, `.${name}.new`);
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, join(folder, name));
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Two processes on one folder could each cosign one branch of a fork. One whose platform was just killed is
 * given the time to see that and end.
 */
async function lock(folder: string): Promise<() => Promise<void>> {
  const patience = Date.now() + HOLDER_MILLISECONDS_MAX;
  for (;;) {
    try {
      return await lockFolder(folder);
    } catch (error) {
      if (Date.now() > patience) throw error;
      await setTimeout(100);
    }
  }
}
