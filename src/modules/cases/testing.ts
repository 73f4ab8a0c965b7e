import type { Database } from '#kernel/db.ts';
import { movableClock, openTestKernel } from '#kernel/testing-kernel.ts';
import { casesSource, createCases, type Notify, type Procedure } from './index.ts';

type Notice = Parameters<Notify>[1];

/** The module on a real database with real facts and access, a clock that tests move, and notices kept. */
export async function openHouse(db: Database, procedures: readonly Procedure[]) {
  const clock = movableClock('2026-11-23T02:00:00Z');
  const { kernel } = await openTestKernel(db, { sources: [casesSource], clock });
  const notices: Notice[] = [];
  const cases = createCases(
    { procedures, objectionsOpenMax: 2 },
    {
      kernel,
      notify: async (_tx, notice) => notices.push(notice),
      partyNames: async (ids) => new Map(ids.map((id) => [id, `name of ${id}`])),
    },
  );
  return {
    kernel,
    cases,
    notices,
    /** Moves the clock to an instant, or on by seconds. */
    move: (to: string | number) => (typeof to === 'number' ? clock.move(to) : clock.moveTo(to)),
    tick: () => cases.attendDue(new AbortController().signal),
    kinds: async (subject: string) =>
      (await kernel.facts.about(subject, { limit: 100 })).map((fact) => fact.kind).reverse(),
  };
}
