import { open, readFile, rm } from 'node:fs/promises';
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
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(mine);
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const holder = await readFile(file, 'utf8').catch(() => '');
      if (await isAlive(holder)) {
        throw new Error(
          `${folder} is in use by process ${holder.split(' ')[0]}: stop it, or name another folder`,
        );
      }
      await rm(file, { force: true });
    }
  }
  throw new Error(`${folder} cannot be locked: another platform starts on it just now`);
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
