import { expect, it } from 'vitest';
import { handleFromName, plainHandle } from './handle.ts';

it.each([
  ['Yangshan Port (Phase 4)', 'yangshan-port-phase-4'],
  ['  ACME  ', 'acme'],
  ['浦东新区', null],
  ['3M', null],
  ['User-4f93', 'user-4f93'],
  ['u-4f930fs45f', null],
  ['x'.repeat(41), null],
])('makes of %j the handle %j', (name, handle) => {
  expect(handleFromName(name)).toBe(handle);
});

it('names others by the random end of their id', () => {
  expect(plainHandle('person', 'party_01m85a45v6c3rzz6md3qbabpwq')).toBe('u-md3qbabpwq');
});
