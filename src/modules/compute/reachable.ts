import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const OTHERS_READ = 0o004;
const OTHERS_ENTER = 0o001;

/** Whether a user without any right of ours can read the file or enter the folder at this path. */
export async function reachableByOthers(path: string): Promise<boolean> {
  const target = await stat(path);
  const needed = target.isDirectory() ? OTHERS_ENTER : OTHERS_READ;
  if ((target.mode & needed) === 0) return false;
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & OTHERS_ENTER) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Makes a folder which others may pass through but not list, or checks that ours is still such a one. */
export async function ownFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o711 });
  const found = await lstat(path);
  const ours = process.getuid?.() === found.uid;
  if (!found.isDirectory() || !ours || (found.mode & 0o022) !== 0) {
    throw new Error(`${path} is not a folder of this user alone: remove it, and start again.`);
  }
  return path;
}
