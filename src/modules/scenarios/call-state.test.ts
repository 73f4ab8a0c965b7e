import fc from 'fast-check';
import { expect, it } from 'vitest';
import { callEvents, callStates, isFinal, stateAfter } from './call-state.ts';

const walks = fc.array(fc.constantFrom(...callEvents), { maxLength: 60 });

function walk(events: readonly (typeof callEvents)[number][]) {
  const path: (typeof callStates)[number][] = ['draft'];
  for (const event of events) {
    const next = stateAfter(path.at(-1)!, event);
    if (next) path.push(next);
  }
  return path;
}

it('ends for good where it ends', () => {
  for (const state of callStates) {
    const leads = callEvents.some((event) => stateAfter(state, event) !== null);
    expect(leads).toBe(!isFinal(state));
  }
});

it('can be stopped from anywhere but an end', () => {
  for (const state of callStates) {
    expect(stateAfter(state, 'stop')).toBe(isFinal(state) ? null : 'stopped');
  }
});

it('awards nothing that was not approved, opened, closed, reviewed, noticed and decided, in this order', () => {
  const way = [
    'approval',
    'scheduled',
    'open',
    'closed',
    'review',
    'notice',
    'decision',
    'awarded',
  ];
  // Biased to the long way, so that many runs reach the award.
  const guided = fc
    .tuple(fc.array(fc.nat(callEvents.length - 1), { maxLength: 30 }), walks)
    .map(([, events]) => [...events, ...callEvents.filter((event) => event !== 'stop'), ...events]);
  fc.assert(
    fc.property(fc.oneof(walks, guided), (events) => {
      const path = walk(events);
      if (path.at(-1) !== 'awarded') return;
      const first = way.map((state) => path.indexOf(state as never));
      expect(first.every((place) => place >= 0)).toBe(true);
      expect([...first].sort((left, right) => left - right)).toEqual(first);
    }),
  );
  expect(
    walk(['request', 'approve', 'open', 'close', 'review', 'notice', 'decision', 'award']),
  ).toEqual(['draft', ...way]);
});

it('never opens again once it has closed', () => {
  fc.assert(
    fc.property(walks, (events) => {
      const path = walk(events);
      const closed = path.indexOf('closed');
      if (closed >= 0) expect(path.slice(closed)).not.toContain('open');
    }),
  );
});
