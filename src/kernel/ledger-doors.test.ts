import { expect, it } from 'vitest';
import { parseTilePath } from './ledger-doors.ts';

it('reads the paths of the specification', () => {
  expect(parseTilePath('0/x001/x234/067')).toEqual({ level: 0, index: 1234067, width: 256 });
  expect(parseTilePath('0/273.p/112')).toEqual({ level: 0, index: 273, width: 112 });
  expect(parseTilePath('entries/000')).toEqual({ level: 'entries', index: 0, width: 256 });
  expect(parseTilePath('63/000.p/1')).toEqual({ level: 63, index: 0, width: 1 });
});

it('refuses every other spelling, so that a tile has one address', () => {
  const wrong = ['00/000', '64/000', '0/0', '0/x000/001', '0/000.p/256', '0/000.p/0', '0/001/000'];
  for (const path of [...wrong, '', 'entries', '../checkpoint', '0/000/', '0/000.p/01']) {
    expect(parseTilePath(path), path).toBeNull();
  }
});
