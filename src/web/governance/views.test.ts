import { expect, test } from 'vitest';
import { approvalState, targetHref } from './views.ts';

test('an approval expires with its certificate, and nothing else does', () => {
  const validUntil = '2026-11-23T06:00:00.000Z';
  const at = Date.parse(validUntil);
  expect(approvalState({ state: 'approved', validUntil }, at - 1)).toBe('approved');
  expect(approvalState({ state: 'approved', validUntil }, at)).toBe('expired');
  expect(approvalState({ state: 'withdrawn', validUntil }, at)).toBe('withdrawn');
});

test('what was stopped has a page', () => {
  const id = 'x';
  expect(targetHref({ type: 'serving.deployment', id })).toBe('/serving/deployments/x');
  expect(targetHref({ type: 'city.thing', id })).toBe('/city/things/x');
});
