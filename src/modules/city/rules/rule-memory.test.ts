import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleCondition, RuleDocument } from './rule-entities.ts';
import { freshMemory, judge, type RuleInput, type RuleMemory, takeIn } from './rule-memory.ts';
import { needsOfRule } from './rule-needs.ts';
import { deploymentRow, ownJudgement } from './rule-verdict.ts';

const documentOf = (condition: RuleCondition, forReadings = 1): RuleDocument => ({
  ...{ title: { zh: '规则', en: 'Rule' }, thingIds: [], condition, forReadings },
  ...{ severity: 'major', cooldownSeconds: 0, command: null },
});
const both = needsOfRule(
  documentOf({ kind: 'expression', expression: 'humidity > 1 and temperature > 1' }),
);
const input = (name: string, second: number, result: number | null, n = second): RuleInput => ({
  observationId: `observation_${String(n).padStart(4, '0')}`,
  at: new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString(),
  receivedAt: '2026-01-01T00:00:00.000Z',
  ...{ name, result, parameters: { row: second }, replayed: true },
});
const run = (memory: RuleMemory, inputs: RuleInput[], needs = both) =>
  inputs.flatMap((each) => takeIn(memory, each, needs).ready);

describe('rows', () => {
  test('are put together from observations of one time, and judged once they are whole', () => {
    const memory = freshMemory(both);
    expect(run(memory, [input('humidity', 1, 40)])).toEqual([]);
    const [ready, ...more] = run(memory, [input('temperature', 1, 20)]);
    expect(more).toEqual([]);
    expect(ready).toMatchObject({
      whole: true,
      row: { cells: { humidity: 40, temperature: 20 }, parameters: { row: 1 }, replayed: true },
    });
  });

  test('that lack a value are judged before the next whole one, in the order of time', () => {
    const ready = run(freshMemory(both), [
      input('humidity', 1, 1),
      input('temperature', 2, 2),
      input('humidity', 3, 3),
      input('temperature', 3, 3),
    ]);
    expect(ready.map(({ row, whole }) => [row.at.slice(17, 19), row.cells, whole])).toEqual([
      ['01', { humidity: 1, temperature: null }, false],
      ['02', { humidity: null, temperature: 2 }, false],
      ['03', { humidity: 3, temperature: 3 }, true],
    ]);
  });

  test('of a time that was judged are late: counted, and judged where one value suffices', () => {
    const memory = freshMemory(both);
    run(memory, [input('humidity', 2, 1), input('temperature', 2, 1)]);
    expect(takeIn(memory, input('humidity', 1, 1), both)).toEqual({ ready: [], late: true });
    const alone = needsOfRule(
      documentOf({ kind: 'threshold', property: 'humidity', operator: 'above', value: 5 }),
    );
    const single = freshMemory(alone);
    run(single, [input('humidity', 2, 1)], alone);
    const { ready, late } = takeIn(single, input('humidity', 1, 9), alone);
    expect([late, ready.length, ready[0]?.late]).toEqual([true, 1, true]);
    expect(judge(single, ready[0]!, { matched: true, score: 9 }, { forReadings: 1, rows: 9 })).toBe(
      true,
    );
    expect(single.rows).toEqual([]);
  });

  // Each observation ends in exactly one row, waits for its row, or is counted as late.
  test('lose no observation, whatever the order', () => {
    const sent = fc.array(
      fc.record({ name: fc.constantFrom('humidity', 'temperature'), second: fc.nat(80) }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(sent, (list) => {
        const memory = freshMemory(both);
        const once = [
          ...new Map(list.map((each) => [`${each.name} ${each.second}`, each])).values(),
        ];
        let late = 0;
        const cells: string[] = [];
        let last = '';
        for (const [n, { name, second }] of once.entries()) {
          const taken = takeIn(memory, input(name, second, 1, n), both);
          late += taken.late ? 1 : 0;
          for (const { row } of taken.ready) {
            expect(row.at > last).toBe(true);
            last = row.at;
            for (const [cell, value] of Object.entries(row.cells)) {
              if (value !== null) cells.push(`${cell} ${row.at}`);
            }
          }
        }
        const waiting = memory.pending.reduce((n, { cells: c }) => n + Object.keys(c).length, 0);
        expect(new Set(cells).size).toBe(cells.length);
        expect(cells.length + waiting + late).toBe(once.length);
      }),
    );
  });
});

describe('a rule', () => {
  test('raises after so many readings in a row, and keeps the last rows', () => {
    const condition = {
      ...{ kind: 'threshold' as const, property: 'humidity' },
      ...{ operator: 'above' as const, value: 5 },
    };
    const needs = needsOfRule(documentOf(condition, 2));
    const own = ownJudgement(condition)!;
    const memory = freshMemory(needs);
    const raised = [6, 4, 6, 7, null, 8, 9].map((value, second) => {
      const [ready] = run(memory, [input('humidity', second, value)], needs);
      return judge(memory, ready!, own(ready!.row, memory), { forReadings: 2, rows: 3 });
    });
    expect(raised).toEqual([false, false, false, true, false, false, true]);
    expect(memory.rows.map(({ cells }) => cells.humidity)).toEqual([null, 8, 9]);
  });

  test('asks a deployment with the columns that it maps, and null for what is not there', () => {
    const condition: Extract<RuleCondition, { kind: 'deployment' }> = {
      kind: 'deployment',
      deploymentId: 'deployment_x',
      columns: [
        { column: 'row', from: 'parameter', name: 'row' },
        { column: 'mote_id', from: 'thing', name: 'mote_id' },
        { column: 'indoor', from: 'thing', name: 'indoor' },
        { column: 'humidity', from: 'result', name: 'humidity' },
        { column: 'lost', from: 'thing', name: 'toString' },
      ],
    };
    const needs = needsOfRule(documentOf(condition));
    const [ready] = run(freshMemory(needs), [input('humidity', 7, 45.5)], needs);
    expect(deploymentRow(condition, ready!.row, { mote_id: 2, indoor: true })).toEqual({
      ...{ row: 7, mote_id: 2, indoor: 1, humidity: 45.5, lost: null },
    });
  });
});
