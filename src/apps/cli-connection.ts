import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a command speaks to, and as whom. */
export type Connection = { address: string; headers: Record<string, string> };

export const connectionFlags = ['server', 'key', 'data'] as const;

/**
 * Takes `--server`, `--key` and `--data` out of the arguments. The key is the first of `--key`,
 * TOUYAN_KEY and the operator's key in the data folder; without any, the caller is a stranger.
 */
export async function takeConnection(
  argv: readonly string[],
): Promise<{ connection: Connection; rest: string[] }> {
  const found: Partial<Record<(typeof connectionFlags)[number], string>> = {};
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    const flag = connectionFlags.find((name) => argument === `--${name}`);
    const value = argv[index + 1];
    if (flag && value !== undefined) {
      found[flag] = value;
      index += 1;
    } else {
      rest.push(argument);
    }
  }
  const key =
    found.key ?? process.env.TOUYAN_KEY ?? (found.data && (await operatorKey(found.data)));
  return {
    connection: {
      address: found.server ?? process.env.TOUYAN_SERVER ?? 'http://127.0.0.1:7800',
      headers: key ? { authorization: `Bearer ${key}` } : {},
    },
    rest,
  };
}

async function operatorKey(folder: string): Promise<string> {
  return (await readFile(join(folder, 'operator-key'), 'utf8')).trim();
}
