import type { IconName } from './ui/icon.tsx';

/**
 * The rooms that the navigation leads to, in groups, in its order. Their words stand in
 * layout/words.ts.
 */
export const roomGroups = [
  { key: 'start', rooms: ['home'] },
  {
    key: 'loop',
    rooms: ['scenarios', 'assurance', 'governance', 'exchange', 'serving', 'city', 'cases'],
  },
  { key: 'commons', rooms: ['hub', 'jobs'] },
  { key: 'record', rooms: ['observatory', 'ledger', 'verify', 'parties'] },
] as const satisfies readonly { key: string; rooms: readonly IconName[] }[];

export type Room = (typeof roomGroups)[number]['rooms'][number];

/** Where a room begins. */
export const roomHref = (room: Room): string => (room === 'home' ? '/' : `/${room}`);

/** First steps of addresses that belong to a room without carrying its name. */
const alsoIn: Readonly<Record<string, Room>> = {
  '': 'home',
  certificates: 'assurance',
  facts: 'ledger',
  account: 'parties',
};

/** The room in which an address lies; undefined for one in none, such as the search. */
export function roomOfPath(path: string): Room | undefined {
  const first = path.split('/')[1] ?? '';
  const rooms: readonly Room[] = roomGroups.flatMap((group) => group.rooms);
  return alsoIn[first] ?? rooms.find((room) => room === first);
}

/** The letter which, after `g`, opens a room. */
export const roomKeys: Readonly<Record<Room, string>> = {
  home: 'h',
  scenarios: 's',
  assurance: 'a',
  governance: 'g',
  exchange: 'e',
  serving: 'd',
  city: 'y',
  cases: 'c',
  hub: 'r',
  jobs: 'j',
  ledger: 'l',
  verify: 'v',
  observatory: 'o',
  parties: 'p',
};
