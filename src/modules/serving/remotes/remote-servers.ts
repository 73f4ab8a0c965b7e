import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import type { Log } from '#kernel/log.ts';
import { servingErrors } from '../errors.ts';

/** A server elsewhere that the operator lets trials call. */
export type RemoteServer = {
  origin: string;
  /** Sent as a bearer token; it stands in the operator's file and nowhere else. */
  key: string | null;
  /** Its addresses may be private, and it may speak plain http. */
  privateNetwork: boolean;
};

export type RemoteServers = {
  /**
   * The server that an address is on, for the trials of an owner. Throws `serving.remote_not_allowed`, and
   * `serving.remotes_unreadable` where the operator's list cannot be read.
   */
  find(url: string, ownerId: string): Promise<RemoteServer>;
};

const entries = z
  .array(
    z.strictObject({
      origin: z
        .string()
        .refine(isOrigin, 'such as https://models.example.org or http://10.0.0.7:8000'),
      key: z
        .string()
        .regex(/^[\x21-\x7e]{1,4000}$/)
        .optional(),
      privateNetwork: z.boolean().default(false),
      owners: z.array(z.string()).optional().describe('whose trials may call it; all without'),
    }),
  )
  .max(1_000);
type Entry = z.output<typeof entries>[number];

const LOOK_EVERY_MS = 1_000;

/** The operator's list, read again within a second of a change: a key is replaced without a restart. */
export function createRemoteServers(options: { file: string }, uses: { log: Log }): RemoteServers {
  let held: { entries: readonly Entry[] | null; changed: number; lookedAt: number } | null = null;
  const read = async (): Promise<readonly Entry[] | null> => {
    if (options.file === '') return [];
    const now = performance.now();
    if (held && now - held.lookedAt < LOOK_EVERY_MS) return held.entries;
    const changed = await stat(options.file).then(
      ({ mtimeMs }) => mtimeMs,
      () => -1,
    );
    if (!held || held.changed !== changed) {
      held = { entries: await readEntries(options.file, uses.log), changed, lookedAt: now };
    }
    held.lookedAt = now;
    return held.entries;
  };
  return {
    async find(url, ownerId) {
      const known = await read();
      if (known === null) throw servingErrors.make.remotes_unreadable();
      const { origin, protocol } = new URL(url);
      const entry = known.find(
        (one) => one.origin === origin && (!one.owners || one.owners.includes(ownerId)),
      );
      const open = entry && (protocol === 'https:' || entry.privateNetwork);
      if (!open) throw servingErrors.make.remote_not_allowed({ origin });
      return { origin, key: entry.key ?? null, privateNetwork: entry.privateNetwork };
    },
  };
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}

/** Null where it does not fit; the log says where, never what stands there. */
async function readEntries(file: string, log: Log): Promise<readonly Entry[] | null> {
  try {
    return entries.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const places =
      error instanceof z.ZodError
        ? error.issues.map(({ path }) => path.join('.')).slice(0, 10)
        : ['it is no readable JSON'];
    log.error({ file, places }, 'the list of servers elsewhere cannot be used');
    return null;
  }
}
