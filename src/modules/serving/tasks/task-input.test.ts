import { describe, expect, it } from 'vitest';
import { taskInputOfBody } from './task-input.ts';
import type { ServedTask } from './task-shapes.ts';
import { png } from './testing-tasks.ts';

/** What a body is taken for, and that no body keeps the server busy: each is refused before its values are looked at. */
describe('bodies of calls', () => {
  const read = (task: ServedTask, body: string, type = 'application/json') => {
    try {
      return taskInputOfBody(task, type, Buffer.from(body));
    } catch (error) {
      return (error as { data: { problem?: string } }).data.problem;
    }
  };
  const quick = (task: ServedTask, body: string, type?: string) => {
    const began = performance.now();
    const found = read(task, body, type);
    expect(performance.now() - began).toBeLessThan(5_000);
    return found;
  };
  const many = 1_000_000;

  it('are texts, tables, pictures and sounds', () => {
    expect(read('text-classification', '{"inputs":"雁"}')).toEqual({
      ...{ kind: 'texts', texts: ['雁'], parameters: {} },
    });
    expect(read('anomaly-detection', 'a,b\n1,x\n,"y, z"\n', 'Text/CSV; charset=utf-8')).toEqual({
      ...{ kind: 'table', parameters: {} },
      rows: [
        { a: 1, b: 'x' },
        { a: null, b: 'y, z' },
      ],
    });
    // As the command base64 breaks its lines.
    const lines = png.toString('base64').replace(/(.{10})/g, '$1\n');
    expect(
      read(
        'object-detection',
        JSON.stringify({ inputs: lines, parameters: { a: [1, 'b', null] } }),
      ),
    ).toMatchObject({ mediaType: 'image/png', bytes: png, parameters: { a: [1, 'b', null] } });
  });

  it('are refused at once where they are too much of anything', () => {
    expect(quick('text-classification', `{"inputs":[${'"",'.repeat(many)}""]}`)).toMatch(
      /1000001 entries, over 256/,
    );
    expect(quick('anomaly-detection', `{"inputs":[${'1,'.repeat(many)}1]}`)).toMatch(/over 20000/);
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 900 }, (_, c) => [c, c])));
    expect(quick('anomaly-detection', `{"inputs":[${`${wide},`.repeat(999)}${wide}]}`)).toMatch(
      /over 500000 cells/,
    );
    expect(quick('anomaly-detection', `a\n${'1\n'.repeat(many)}`, 'text/csv')).toMatch(
      /20000 rows/,
    );
    expect(quick('anomaly-detection', `"${'a'.repeat(many)}`, 'text/csv')).toMatch(/does not end/);
    expect(quick('image-classification', `{"inputs":"${' '.repeat(many)}?"}`)).toMatch(/base64/);
    const list = `[${'1,'.repeat(many)}1]`;
    expect(quick('text-classification', `{"inputs":"","parameters":{"a":${list}}}`)).toMatch(
      /parameters has \d+ characters/,
    );
  });
});
