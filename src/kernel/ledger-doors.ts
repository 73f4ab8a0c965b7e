import type { Door, DoorReply } from './door.ts';
import { kernelErrors } from './errors.ts';
import type { Ledger } from './ledger.ts';

/**
 * The log over HTTP as https://c2sp.org/tlog-tiles lays it down, below `/ledger`. Entries are
 * commitments, so that everything here is public.
 */
export function ledgerDoors(ledger: Ledger): Door[] {
  const door = { module: 'kernel', method: 'GET', permission: 'open', bodyBytesMax: 0 } as const;
  return [
    {
      ...door,
      name: 'checkpoint',
      path: '/ledger/checkpoint',
      summary: 'The latest checkpoint of the log, signed by the log and cosigned by its witnesses',
      errors: ['unavailable'],
      handle: async () => ({
        status: 200,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' },
        body: await ledger.checkpoint(),
      }),
    },
    {
      ...door,
      name: 'tile',
      path: '/ledger/tile/*',
      summary: 'A tile of hashes, or a bundle of entries, by its place in the tree',
      errors: ['missing'],
      handle: async ({ params }) => readTile(ledger, params['*'] ?? ''),
    },
  ];
}

async function readTile(ledger: Ledger, path: string): Promise<DoorReply> {
  const tile = parseTilePath(path);
  const bytes = tile && (await readBytes(ledger, tile));
  if (!bytes) throw kernelErrors.make.missing({ id: `tile/${path.slice(0, 100)}` });
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
    },
    body: bytes,
  };
}

function readBytes(ledger: Ledger, tile: TilePath): Promise<Uint8Array | null> {
  return tile.level === 'entries'
    ? ledger.entries(tile.index, tile.width)
    : ledger.tile(tile.level, tile.index, tile.width);
}

export type TilePath = { level: number | 'entries'; index: number; width: number };

/**
 * `0/x001/x234/067.p/112` → level 0, index 1234067, width 112; full tiles have width 256. Null for
 * anything that is not exactly such a path.
 */
export function parseTilePath(path: string): TilePath | null {
  const match =
    /^(entries|0|[1-5]\d?|6[0-3]?|[7-9])\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (!match) return null;
  const [, level = '', groups = '', partial] = match;
  if (groups.startsWith('x000/')) return null;
  const width = partial === undefined ? 256 : Number(partial);
  if (partial !== undefined && width > 255) return null;
  const index = Number(groups.replaceAll('x', '').replaceAll('/', ''));
  if (!Number.isSafeInteger(index)) return null;
  return { level: level === 'entries' ? level : Number(level), index, width };
}
