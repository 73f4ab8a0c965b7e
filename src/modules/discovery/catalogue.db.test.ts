import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import type { Fact } from '#kernel/facts.ts';
import type { Kernel } from '#kernel/module.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, nobody } from '#kernel/testing-calls.ts';
import { movableClock, openTestKernel } from '#kernel/testing-kernel.ts';
import { createDiscovery, type Discovery, discoverySource, type Entry } from './index.ts';

const member = callAs('party_worker', { memberOf: 'party_port' });
const permissions = {
  'shelf.book.read': { kind: 'read', resource: 'shelf.book', summary: 'read a book' },
} as const;
const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/** Facets, and what facts say was measured of a revision and uses it. */
describe.each(testDatabases())('the catalogue on $engine', ({ open }) => {
  let db: Database;
  let kernel: Kernel;
  let discovery: Discovery;
  const clock = movableClock('2026-11-23T00:00:00Z');
  const books = new Map<string, Entry>();

  const announce = async (kind: string, subject: string, body: object = {}) => {
    const subscription = discovery.subscriptions.find((each) => each.kinds.includes(kind))!;
    const time = clock.now().toISOString();
    await db.transaction((tx) => subscription.handle({ kind, subject, time, body } as Fact, tx));
  };
  const shelve = async (
    id: string,
    more: Partial<Entry>,
    audience: 'owner' | 'public' = 'public',
  ) => {
    books.set(id, {
      ...{ id, title: { zh: `异常检测 ${id}`, en: '' }, summary: { zh: '', en: '' }, text: '' },
      ...{ href: `/shelf/${id}`, ownerId: 'party_port', claimed: false },
      ...{ updatedAt: clock.now(), ...more },
    });
    const book = { type: 'shelf.book', id, owner: 'party_port', audience };
    await db.transaction((tx) => kernel.access.register(tx, book));
    await announce('shelf.book_changed', id);
  };
  const search = (input: object, call = nobody) =>
    discovery.handlers.search({ q: '', limit: 20, ...input }, call);
  const idsOf = async (input: object) => (await search(input)).items.map(({ id }) => id);
  const countsOf = async (facet: string, input: object) =>
    Object.fromEntries(
      ((await search(input)).facets.find((each) => each.facet === facet)?.values ?? []).map(
        ({ value, count }) => [value, count],
      ),
    );
  const usesOf = async (digit: string, call = nobody) =>
    (await discovery.handlers.listUses({ revisionDigest: digestOf(digit), limit: 20 }, call)).items;

  beforeAll(async () => {
    db = await open();
    const sources = [discoverySource];
    ({ kernel } = await openTestKernel(db, { sources, declared: [{ permissions }], clock }));
    const source = {
      ...{ kind: 'book', permission: 'shelf.book.read', factKinds: ['shelf.book_changed'] },
      read: async (id: string) => books.get(id) ?? null,
      async *readAll() {
        yield* books.values();
      },
    };
    discovery = createDiscovery(
      { DISCOVERY_TEXT_CHARACTERS_MAX: 1_000, DISCOVERY_MATCHES_MAX: 100 },
      { kernel, sources: [source], userKinds: { certificate: null, call: 'shelf.book.read' } },
    );
    await shelve('b_measured', {
      revisionDigest: digestOf('a'),
      facets: { task: ['anomaly-detection'], runtime: ['onnx', 'python'], chip: ["O'Chip\\ 1"] },
    });
    clock.move(60);
    await shelve('b_claimed', {
      claimed: true,
      facets: { task: ['anomaly-detection'], runtime: ['python'], licence: ['MIT'] },
    });
    clock.move(60);
    await shelve('b_none', { facets: { task: ['ocr'], runtime: ['onnx'] } });
    await shelve('b_hidden', { facets: { task: ['ocr'] } }, 'owner');
  });
  afterAll(() => db.close());

  it('counts each facet under the others, and only what the reader may see', async () => {
    expect(await countsOf('task', { q: '异常' })).toEqual({ 'anomaly-detection': 2, ocr: 1 });
    expect(await idsOf({ q: '异常', task: 'ocr' })).toEqual(['b_none']);
    expect(await countsOf('runtime', { q: '异常', task: 'anomaly-detection' })).toEqual({
      ...{ python: 2, onnx: 1 },
    });
    expect(await countsOf('task', { task: 'ocr' })).toEqual({ 'anomaly-detection': 2, ocr: 1 });
    expect(await countsOf('task', { task: 'ocr', runtime: 'onnx' })).toEqual({
      ...{ 'anomaly-detection': 1, ocr: 1 },
    });
    expect((await search({ task: 'ocr' }, member)).total).toBe(2);
    expect(await idsOf({ licence: 'mit' })).toEqual(['b_claimed']);
    expect(await idsOf({ chip: "O'Chip\\ 1" })).toEqual(['b_measured']);
    expect(await idsOf({ task: "x' | '#kind=book" })).toEqual([]);
  });

  it('puts what was measured here before what is claimed before what has no results', async () => {
    expect(await idsOf({ q: '异常' })).toEqual(['b_claimed', 'b_none', 'b_measured']);
    const certificate = { certificateId: 'cert_1', revisionDigest: digestOf('a'), score: 0.93 };
    const issued = { ...certificate, validUntil: '2026-12-01T00:00:00Z' };
    await announce('assurance.certificate_issued', 'cert_1', issued);
    await announce('assurance.certificate_issued', 'cert_1', issued);
    const order = ['b_measured', 'b_claimed', 'b_none'];
    expect(await idsOf({ q: '异常' })).toEqual(order);
    expect(await idsOf({})).toEqual(order);
    expect(await idsOf({ results: 'measured' })).toEqual(['b_measured']);
    // A title that is the query comes first all the same.
    expect((await idsOf({ q: '异常检测 b_none' }))[0]).toBe('b_none');
    expect(await usesOf('a')).toMatchObject([{ id: 'cert_1', relation: 'measured', score: 0.93 }]);
    await announce('assurance.certificate_revoked', 'cert_1', { certificateId: 'cert_1' });
    expect(await idsOf({ q: '异常' })).toEqual(['b_claimed', 'b_none', 'b_measured']);
    expect(await usesOf('a')).toEqual([]);
  });

  it('stops counting a certificate once it has run out', async () => {
    const certificate = { certificateId: 'cert_2', revisionDigest: digestOf('a'), score: 0.5 };
    const validUntil = new Date(clock.now().getTime() + 1_000).toISOString();
    await announce('assurance.certificate_issued', 'cert_2', { ...certificate, validUntil });
    expect(await idsOf({ results: 'measured' })).toEqual(['b_measured']);
    clock.move(2);
    const stop = new AbortController();
    const running = discovery.services[0]!.run(stop.signal);
    await expect.poll(() => idsOf({ results: 'measured' })).toEqual([]);
    stop.abort();
    await running;
    expect(await usesOf('a')).toEqual([]);
  });

  it('counts what was measured by a suite that others may read, and says by which metric', async () => {
    const measured = {
      ...{ state: 'done', metric: 'accuracy/1', score: 0.9, repeatOf: null, suiteOpen: true },
      ...{ measurementId: 'm_1', revisionDigest: digestOf('a') },
    };
    const kind = 'assurance.measurement_finished';
    await announce(kind, 'm_0', { ...measured, measurementId: 'm_0', suiteOpen: false });
    await announce(kind, 'm_0', { ...measured, measurementId: 'm_0', score: null });
    expect(await idsOf({ results: 'measured' })).toEqual([]);
    await announce(kind, 'm_1', measured);
    await announce(kind, 'm_2', { ...measured, score: 0.1, repeatOf: 'm_1' });
    const { items } = await search({ results: 'measured' });
    expect(items).toMatchObject([
      {
        id: 'b_measured',
        measured: { measurementId: 'm_1', metric: 'accuracy/1', score: 0.9 },
      },
    ]);
    expect((await search({})).items.map((item) => item.measured !== null)).toEqual([
      ...[true, false, false],
    ]);
    // Which suite it was is for those to see who may read both: the page of the measurement asks.
    expect(await usesOf('a')).toEqual([]);
  });

  it('shows uses to those who may see what uses it, and a submission to nobody before the award', async () => {
    await announce('scenarios.submission_received', 'sub_1', {
      ...{
        submissionId: 'sub_1',
        callId: 'call_1',
        baseline: false,
        revisionDigest: digestOf('b'),
      },
    });
    const owned = { type: 'shelf.book', id: 'call_1', owner: 'party_port' };
    await db.transaction((tx) => kernel.access.register(tx, { ...owned, audience: 'owner' }));
    expect(await usesOf('b', member)).toEqual([]);
    await announce('scenarios.awarded', 'call_1', { callId: 'call_1', submissionId: 'sub_1' });
    expect(await usesOf('b')).toEqual([]);
    expect(await usesOf('b', member)).toMatchObject([
      { kind: 'call', id: 'call_1', relation: 'awarded' },
    ]);
  });
});
