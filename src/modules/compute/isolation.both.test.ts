import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limitsDefault, type Row } from './isolation.ts';
import { countedRows, honestProgram, openWorkbench, type Workbench } from './testing-isolation.ts';

/** What a program may count on, and what it may not do, is the same in every isolation. */
describe.each(['bubblewrap', 'webassembly'] as const)('isolation by %s', (engine) => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await openWorkbench(engine);
  });
  afterAll(() => bench.close());

  const observer = (body: string, before = '') =>
    `${before}\nexport function create() { let count = 0; return { observe(row) { count += 1; ${body} } } }`;

  test('answers each row in order, with the options given', async () => {
    const run = await bench.rows(honestProgram, countedRows(1_500), { options: { over: 700 } });
    expect(run.reason).toBe('completed');
    expect(run.predictions).toHaveLength(1_500);
    expect(run.predictions[700]).toEqual({ flag: 0, score: 350 });
    expect(run.predictions[701]).toEqual({ flag: 1, score: 350.5 });
    expect(run.usage.memoryBytesMax).toBeGreaterThan(1_000_000);
  });

  test('gives the same answers each time, random numbers included', async () => {
    const program = observer('return { flag: 0, score: Math.random() }');
    const [first, second] = [
      await bench.rows(program, countedRows(50)),
      await bench.rows(program, countedRows(50)),
    ];
    expect(first.predictions).toEqual(second.predictions);
    expect(new Set(first.predictions.map(({ score }) => score)).size).toBe(50);
  });

  test('a stream that waits for the answer to its last row gets it before its next row', async () => {
    let answered = 0;
    async function* rows(): AsyncGenerator<Row> {
      for (let value = 0; value < 5; value += 1) {
        yield { value };
        while (answered <= value) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
    const onPrediction = () => {
      answered += 1;
    };
    const run = await bench.rows(honestProgram, rows(), { onPrediction });
    expect(run.predictions).toHaveLength(5);
  });

  test('a table without rows is complete', async () => {
    expect((await bench.rows(honestProgram, [])).reason).toBe('completed');
  });

  test('an error of the table is the error of the run', async () => {
    function* broken(): Generator<Row> {
      yield { value: 1 };
      throw new Error('the table broke');
    }
    await expect(bench.rows(honestProgram, broken())).rejects.toThrow('the table broke');
  });

  test.each([
    ['another member', 'return { flag: 0, note: "a hidden row" }'],
    ['a flag that is none', 'return { flag: 2 }'],
    ['a flag that is true', 'return { flag: true }'],
    ['no number', 'return { flag: 0, score: NaN }'],
    ['an infinite number', 'return { flag: 0, score: Infinity }'],
    ['text for a number', 'return { flag: 0, score: "1" }'],
    ['nothing', 'return undefined'],
    ['a list', 'return [0]'],
    ['a promise', 'return Promise.resolve({ flag: 0 })'],
    ['a member named __proto__', 'return JSON.parse(`{"flag":0,"__proto__":{"score":1}}`)'],
    ['a huge answer', 'return { flag: 0, score: "x".repeat(50_000_00) }'],
    [
      'a deep answer',
      'let deep = []; for (let i = 0; i < 3000; i++) deep = [deep]; return { flag: 0, deep }',
    ],
    ['a toJSON of its own', 'return { flag: 0, toJSON: () => ({ ready: true }) }'],
  ])('an answer with %s breaks the protocol', async (_name, body) => {
    const run = await bench.rows(observer(body), countedRows(3));
    expect(run.reason).toBe('protocol_error');
    expect(run.predictions).toEqual([]);
  });

  test('changing what the harness is made of changes nothing but its own answers', async () => {
    const before = 'JSON.stringify = () => "{}"; JSON.parse = () => ({}); Object.keys = () => [];';
    const run = await bench.rows(observer('return { flag: 1 }', before), countedRows(3));
    expect(run.predictions).toEqual([{ flag: 1 }, { flag: 1 }, { flag: 1 }]);
  });

  test('a program that never answers a row is ended', async () => {
    const run = await bench.rows(observer('for (;;);'), countedRows(3), {
      limits: { rowSeconds: 0.3 },
    });
    expect(run.reason).toBe('row_time_limit');
    expect(run.usage.wallMs).toBeLessThan(5_000);
  });

  test('neither does a backtracking expression get past its time', async () => {
    const body = 'try { /^(a+)+$/.test("a".repeat(40) + "b") } catch {} return { flag: 0 }';
    const run = await bench.rows(observer(body), countedRows(3), { limits: { rowSeconds: 0.3 } });
    expect(run.reason).toBe('row_time_limit');
  });

  test('a start that never ends is ended', async () => {
    const run = await bench.rows('for (;;);', countedRows(3), { limits: { wallSeconds: 1 } });
    expect(run.reason).toBe('time_limit');
  });

  test('processor time is bounded', async () => {
    const run = await bench.rows(observer('for (;;);'), countedRows(3), {
      // On a busy machine so much processor time may take long.
      limits: { cpuSeconds: 0.7, rowSeconds: 20 },
    });
    expect(run.reason).toBe('cpu_limit');
    expect(run.usage.cpuMs).toBeLessThan(3_000);
  });

  test.each([
    ['arrays', 'const all = []; for (;;) all.push(new Array(10_000).fill(count))'],
    ['buffers', 'const all = []; for (;;) all.push(new Uint8Array(1_000_000).fill(1))'],
    ['text', 'let all = "x"; for (;;) { all += all + count; all.charCodeAt(all.length / 2) }'],
  ])('memory taken as %s is bounded', async (_name, body) => {
    const limits = { memoryBytes: 96 * 1024 * 1024 };
    const run = await bench.rows(observer(body), countedRows(3), { limits });
    // V8 and QuickJS themselves refuse a text of half a gigabyte, before any memory is taken.
    expect(_name === 'text' ? ['out_of_memory', 'program_error'] : ['out_of_memory']).toContain(
      run.reason,
    );
    expect(run.usage.memoryBytesMax).toBeLessThanOrEqual(limits.memoryBytes);
  });

  test('endless recursion is an error of the program', async () => {
    const run = await bench.rows(observer('return this.observe(row)'), countedRows(3));
    expect(run.reason).toBe('program_error');
  });

  test('where logs are kept the program reads its own error, where they are not nobody does', async () => {
    const program = observer(
      'console.log("row", row.value); throw new Error("secret " + row.value)',
    );
    const open = await bench.rows(program, countedRows(3), { logs: 'full' });
    expect(open.reason).toBe('program_error');
    expect(open.logs?.text).toContain('row 0');
    expect(open.logs?.text).toContain('secret 0');
    const closed = await bench.rows(program, countedRows(3), { logs: 'none' });
    expect(closed.logs).toBeUndefined();
    expect(JSON.stringify(closed)).not.toContain('secret');
  });

  test('a flood of output is cut, and the program ends as it should', async () => {
    const body = 'for (let i = 0; i < 200; i++) console.log("x".repeat(5_000)); return { flag: 0 }';
    const run = await bench.rows(observer(body), countedRows(2));
    expect(run.reason).toBe('completed');
    expect(run.logs?.text.length).toBeLessThanOrEqual(10_000);
  });

  test('a cancelled job ends at once', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const run = await bench.rows(observer('for (;;);'), countedRows(3), {
      signal: controller.signal,
    });
    expect(run.reason).toBe('cancelled');
    expect(run.usage.wallMs).toBeLessThan(3_000);
  });

  test('reads its inputs, and only its declared outputs leave', async () => {
    const program = `export default async function main({ read, readText, write, options }) {
      const bytes = read('table.csv');
      write('out', JSON.stringify([bytes.length, readText('table.csv'), options.unit, typeof bytes]));
      await null;
      write('more', new Uint8Array([104, 105]));
      write('more', '!');
    }`;
    const run = await bench.batch(program, {
      inputs: { 'table.csv': 'a,b\n1,2\n' },
      outputs: { out: 1_000, more: 3 },
      options: { unit: '°C' },
    });
    expect(run.reason).toBe('completed');
    expect(run.texts).toEqual({ out: '[8,"a,b\\n1,2\\n","°C","object"]', more: 'hi!' });
  });

  test.each([
    ['output_missing', ''],
    ['output_too_large', 'write("out", "x".repeat(101))'],
    ['output_too_large', 'for (let i = 0; i < 11; i++) write("out", "x".repeat(10))'],
    ['output_refused', 'write("out", "x"); write("other", "hidden rows")'],
    ['output_refused', 'write("../out", "x")'],
    ['output_refused', 'write("/etc/cron.d/job", "x")'],
    ['output_refused', 'write("__proto__", "x")'],
    ['program_error', 'write("out", "x"); throw new Error("late")'],
    ['program_error', 'write("out", "x"); await new Promise(() => {})'],
  ])('%s: %s', async (reason, body) => {
    const program = `export default async function main({ write }) { ${body} }`;
    const run = await bench.batch(program, { outputs: { out: 100 } });
    expect(run.reason).toBe(reason);
    expect(run.outputs).toEqual([]);
    expect(await readdir(run.outputFolder)).toEqual([]);
  });

  test('an input that was not given cannot be read', async () => {
    const program = `export default async function main({ readText, write }) {
      for (const name of ['labels', '../labels', '/etc/passwd', '__proto__', 'constructor']) {
        try { readText(name); write('out', name) } catch {}
      }
      write('out', 'none');
    }`;
    expect((await bench.batch(program)).texts.out).toBe('none');
  });

  test('a program whose bytes are not those of its digest does not run', async () => {
    const files = [{ path: 'main.mjs', source: '/dev/null', digest: `sha256:${'0'.repeat(64)}` }];
    const run = await bench.isolation.run(
      {
        environment: 'javascript',
        program: { files, entry: 'main.mjs' },
        options: {},
        mode: { kind: 'rows', rows: [], onPrediction: () => {} },
        limits: limitsDefault,
        logs: { rule: 'none', bytesMax: 0 },
      },
      { signal: new AbortController().signal },
    );
    expect(run.reason).toBe('isolation_failed');
  });
});
