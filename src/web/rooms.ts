import type { IconName } from './ui/icon.tsx';

/**
 * The rooms that the navigation leads to, in groups, in its order. Their words stand in
 * layout/words.ts.
 */
export const roomGroups = [
  { key: 'start', rooms: ['home'] },
  { key: 'loop', rooms: ['scenarios', 'assurance', 'cases'] },
  { key: 'commons', rooms: ['hub', 'jobs'] },
  { key: 'record', rooms: ['ledger', 'verify', 'parties'] },
] as const satisfies readonly { key: string; rooms: readonly IconName[] }[];

export type Room = (typeof roomGroups)[number]['rooms'][number];

/** Where a room begins. */
export const roomHref = (room: Room): string => (room === 'home' ? '/' : `/${room}`);

/** The letter which, after `g`, opens a room. */
export const roomKeys: Readonly<Record<Room, string>> = {
  home: 'h',
  scenarios: 's',
  assurance: 'a',
  cases: 'c',
  hub: 'r',
  jobs: 'j',
  ledger: 'l',
  verify: 'v',
  parties: 'p',
};
