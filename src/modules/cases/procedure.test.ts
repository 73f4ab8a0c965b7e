import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkProcedures, decisions, nextOf, type Procedure } from './procedure.ts';

const title = { zh: '环节', en: 'Step' };

function procedureOf(count: number): Procedure {
  return {
    name: 'tests.procedure',
    title,
    steps: Array.from({ length: count }, (_, place) => ({
      kind: 'decision' as const,
      name: `step_${'abcdefgh'.charAt(place)}`,
      title,
      deciders: [{ role: 'operator' as const }],
      deadline: { workingDays: 1 },
      recuse: true,
      decisions: [...decisions],
      onExpiry: 'escalate' as const,
    })),
  };
}

it('walks one step at a time, and ends only at its ends', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.constantFrom(...decisions), { maxLength: 40 }),
      (count, taken) => {
        const procedure = procedureOf(count);
        let place = 0;
        for (const decision of taken) {
          const next = nextOf(procedure, procedure.steps[place]!.name, decision);
          const wanted = place + (decision === 'approve' ? 1 : -1);
          if ('step' in next) {
            expect(decision).not.toBe('reject');
            expect(next.step).toBe(procedure.steps[wanted]);
            place = wanted;
            continue;
          }
          if (decision === 'approve')
            expect([next.outcome, place]).toEqual(['approved', count - 1]);
          if (decision === 'return') expect([next.outcome, place]).toEqual(['returned', 0]);
          if (decision === 'reject') expect(next.outcome).toBe('rejected');
          return;
        }
      },
    ),
  );
});

it('refuses at the start what could not run', () => {
  const good = procedureOf(2);
  checkProcedures([good]);
  const first = good.steps[0]!;
  const broken: [Procedure[], string][] = [
    [[good, good], 'two procedures'],
    [[{ ...good, steps: [first, first] }], 'two steps'],
    [[{ ...good, steps: [] }], 'steps'],
    [[{ ...good, steps: [{ ...first, deciders: [] }] }], 'deciders'],
    [[{ ...good, steps: [{ ...first, deadline: { workingDays: 0 } }] }], 'deadline'],
    [
      [{ ...good, steps: [{ ...first, decisions: ['approve'], onExpiry: 'reject' } as never] }],
      'does not offer',
    ],
  ];
  for (const [procedures, problem] of broken) {
    expect(() => checkProcedures(procedures)).toThrow(problem);
  }
});
