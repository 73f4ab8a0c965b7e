import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps a second platform from opening a data folder. The lock names the process and the moment when
 * it began, so that one left behind by a killed process, even under a number used again, is taken over.
 * Resolves to the release. Rejects if a living process holds it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'lock');
  const mine = `${process.pid} ${await startOf(process.pid)}`;
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    if (await place(file, mine)) return () => rm(file, { force: true });
    const holder = await readFile(file, 'utf8').catch(() => '');
    if (await isAlive(holder)) {
      throw new Error(
        `${folder} is in use by process ${holder.split(' ')[0]}: stop it, or name another folder`,
      );
    }
    await rm(file, { force: true });
  }
  throw new Error(`${folder} cannot be locked: another platform starts on it just now`);
}

/** Makes the file with its content in one step; false if it is there. An empty one would look stale. */
async function place(file: string, content: string): Promise<boolean> {
  const own = `${file}.${process.pid}`;
  await writeFile(own, content, { mode: 0o600 });
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function isAlive(holder: string): Promise<boolean> {
  const [pid = '', start = ''] = holder.split(' ');
  if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return (await startOf(Number(pid))) === start;
}

/** Field 22 of /proc/PID/stat (proc(5)): ticks since boot. Elsewhere than on Linux, empty. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
