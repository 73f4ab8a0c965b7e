import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '#kernel/ids.ts';
import { writeSecret } from './operator.ts';

/** The secret in `<folder>/keys/sessions` (mode 600), made at the first start. */
export async function readOrCreateSecret(folder: string, random: Random): Promise<string> {
  const path = join(folder, 'keys', 'sessions');
  const standing = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (standing !== null) return standing.trim();
  const secret = Buffer.from(random(32)).toString('base64url');
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await writeSecret(path, secret);
  return secret;
}
