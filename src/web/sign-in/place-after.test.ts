import { expect, test } from 'vitest';
import { placeAfter } from './place-after.ts';

test('after signing in one stays on the portal, whatever the address says', () => {
  expect(placeAfter('/hub/new')).toBe('/hub/new');
  for (const elsewhere of ['', 'https://evil.example', '//evil.example', '/\\evil.example']) {
    expect(placeAfter(elsewhere)).toBe('/');
  }
});
