import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Database } from '#kernel/db.ts';
import type { Fact } from '#kernel/facts.ts';
import type { Kernel } from '#kernel/module.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, callOf, nobody } from '#kernel/testing-calls.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import {
  createDiscovery,
  type Discovery,
  discoverySource,
  type Entry,
  type Source,
} from './index.ts';

const member = callAs('party_worker', { memberOf: 'party_port' });
const permissions = {
  'shelf.book.read': { kind: 'read', resource: 'shelf.book', summary: 'read a book' },
} as const;

describe.each(testDatabases())('the search on $engine', ({ open }) => {
  let db: Database;
  let kernel: Kernel;
  let discovery: Discovery;
  const books = new Map<string, Entry>();
  const notes = new Map<string, Entry>();
  let stop: AbortController;
  let running: Promise<void>;

  const entry = (id: string, zh: string, more: Partial<Entry> = {}): Entry => ({
    ...{ id, title: { zh, en: '' }, summary: { zh: '', en: '' }, text: '', href: `/shelf/${id}` },
    ...{ ownerId: 'party_port', updatedAt: new Date('2026-11-01T00:00:00Z') },
    ...more,
  });
  const shelve = async (book: Entry, audience: 'owner' | 'members' | 'public' = 'public') => {
    books.set(book.id, book);
    await db.transaction((tx) =>
      kernel.access.register(tx, {
        type: 'shelf.book',
        id: book.id,
        owner: 'party_port',
        audience,
      }),
    );
  };
  const sourceOf = (
    kind: string,
    permission: string | null,
    shelf: Map<string, Entry>,
  ): Source => ({
    kind,
    permission,
    factKinds: [`shelf.${kind}_changed`],
    read: async (id) => shelf.get(id) ?? null,
    async *readAll() {
      yield* shelf.values();
    },
  });
  const find = (
    q: string,
    more: { kind?: string; limit?: number; cursor?: string } = {},
    call = nobody,
  ) => discovery.handlers.search({ q, limit: 20, ...more }, call);
  const idsOf = async (...asked: Parameters<typeof find>) =>
    (await find(...asked)).items.map((item) => item.id);
  const announce = async (kind: string, subject: string) => {
    const subscription = discovery.subscriptions.find((each) => each.kinds.includes(kind))!;
    await db.transaction((tx) => subscription.handle({ kind, subject } as Fact, tx));
  };

  beforeAll(async () => {
    db = await open();
    const sources = [discoverySource];
    ({ kernel } = await openTestKernel(db, { sources, declared: [{ permissions }] }));
    discovery = createDiscovery(
      { DISCOVERY_TEXT_CHARACTERS_MAX: 1_000, DISCOVERY_MATCHES_MAX: 100 },
      {
        kernel,
        sources: [sourceOf('book', 'shelf.book.read', books), sourceOf('note', null, notes)],
      },
    );
    await shelve(entry('b_sensor', '环境传感器异常检测', { text: '港口的温度与湿度' }));
    await shelve(
      entry('b_port', '港口调度', {
        title: { zh: '港口调度', en: 'Port scheduling' },
        summary: { zh: '为传感器数据服务', en: 'Anomaly-aware berth planning' },
      }),
    );
    await shelve(entry('b_secret', '传感器隐藏数据'), 'owner');
    await shelve(entry('b_inner', '传感器内部资料'), 'members');
    notes.set('n_1', entry('n_1', '传感器'));
    stop = new AbortController();
    running = discovery.services[0]!.run(stop.signal);
    await vi.waitFor(async () => {
      expect(await idsOf('调度')).toEqual(['b_port']);
      expect(await idsOf('传感器', { kind: 'note' })).toEqual(['n_1']);
    }, 10_000);
  });
  afterAll(async () => {
    stop.abort();
    await running;
    await db.close();
  });

  it('finds words of two characters, one character, and longer stretches', async () => {
    for (const q of ['异常', '测', '感器', '环境传感器异常检测', '港口 湿度', '異常'.normalize()]) {
      const expected = q === '異常' ? [] : ['b_sensor'];
      expect(
        (await idsOf(q)).filter((id) => id === 'b_sensor'),
        q,
      ).toEqual(expected);
    }
    expect(await idsOf('境常')).toEqual([]);
  });

  it('finds English by words and their beginnings, whatever case or width', async () => {
    for (const q of ['SCHED', 'ｐｏｒｔ', 'anomaly berth', 'Anomaly-aware']) {
      expect(await idsOf(q), q).toEqual(['b_port']);
    }
    expect(await idsOf('chedul')).toEqual([]);
    expect(await idsOf('p')).toEqual([]);
  });

  it('ranks an equal title first, then titles, then summaries, then text, and says why', async () => {
    const { items, facets, total } = await find('传感器');
    expect(items.map(({ id, why }) => [id, why.class])).toEqual([
      ['n_1', 'title_equal'],
      ['b_sensor', 'title'],
      ['b_port', 'head'],
    ]);
    expect(items[2]).toMatchObject({
      why: { title: [], summary: ['传感器'] },
      snippet: [
        { text: '为', hit: false },
        { text: '传感器', hit: true },
        { text: '数据服务', hit: false },
      ],
    });
    const counts = [
      { value: 'book', count: 2 },
      { value: 'note', count: 1 },
    ];
    expect(facets).toEqual([{ facet: 'kind', values: counts }]);
    expect(total).toBe(3);
    const kinds = await find('传感器', { kind: 'note' });
    expect(kinds.items.map((item) => item.id)).toEqual(['n_1']);
    expect(kinds.facets).toEqual(facets);
  });

  it('shows each reader what it may open, and no trace of the rest', async () => {
    expect(await idsOf('内部 资料')).toEqual([]);
    expect(await idsOf('隐藏')).toEqual([]);
    expect((await idsOf('传感器', {}, member)).sort()).toEqual([
      'b_inner',
      'b_port',
      'b_secret',
      'b_sensor',
      'n_1',
    ]);
    const outsider = callOf({ ...member.principal, id: 'party_other', memberships: [] });
    expect(await idsOf('隐藏', {}, outsider)).toEqual([]);
    await db.transaction((tx) =>
      kernel.access.setAudience(tx, { type: 'shelf.book', id: 'b_inner' }, 'owner'),
    );
    expect(await idsOf('内部资料', {}, outsider)).toEqual([]);
  });

  it('offers entries with some of the words where none has all', async () => {
    expect(await find('调度 不存在的词')).toMatchObject({
      anyWord: true,
      items: [{ id: 'b_port' }],
    });
    expect(await find('不存在的词')).toMatchObject({ anyWord: false, items: [], total: 0 });
    expect(await find('—— !')).toMatchObject({ items: [], total: 0 });
    expect(await find('', { kind: 'note' })).toMatchObject({ items: [{ id: 'n_1' }], total: 1 });
    expect((await find('')).total).toBe(3);
  });

  it('follows facts: new, changed and vanished entries', async () => {
    notes.set('n_2', entry('n_2', '无人机巡检'));
    await announce('shelf.note_changed', 'n_2');
    expect(await idsOf('巡检')).toEqual(['n_2']);
    notes.set('n_2', entry('n_2', '无人船'));
    await announce('shelf.note_changed', 'n_2');
    expect(await idsOf('巡检')).toEqual([]);
    expect(await idsOf('无人船')).toEqual(['n_2']);
    notes.delete('n_2');
    await announce('shelf.note_changed', 'n_2');
    expect(await idsOf('无人船')).toEqual([]);
  });

  it('can be built again, and then holds exactly what there is', async () => {
    notes.set('n_3', entry('n_3', '漏掉的事实'));
    notes.delete('n_1');
    await discovery.handlers.rebuildIndex(
      {},
      callOf({ ...member.principal, roles: ['system_administrator'] }),
    );
    await expect.poll(() => idsOf('漏掉'), { timeout: 10_000 }).toEqual(['n_3']);
    await expect.poll(() => idsOf('传感器', { kind: 'note' }), { timeout: 10_000 }).toEqual([]);
    await expect(discovery.handlers.rebuildIndex({}, member)).rejects.toMatchObject({
      code: 'kernel.denied',
    });
  });

  it('pages through all matches once, and says when there are more than it counts', async () => {
    for (let index = 0; index < 130; index += 1) {
      const updatedAt = new Date(Date.UTC(2026, 0, 1, 0, index));
      notes.set(`m_${index}`, entry(`m_${index}`, `桥梁监测 ${index}`, { updatedAt }));
      await announce('shelf.note_changed', `m_${index}`);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await find('桥梁', { limit: 30, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((item) => item.id));
      expect(page.totalIsExact).toBe(false);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toHaveLength(130);
    expect(new Set(seen).size).toBe(130);
    expect(seen[0]).toBe('m_129');
  });

  it('takes any text for a query', async () => {
    for (const q of [
      "'; drop table x --",
      'a & b | !c',
      ':*',
      '\\',
      "it's",
      '<->',
      '𠀀',
      '\ufffe',
      '١٢٣',
    ]) {
      expect((await find(q)).anyWord, q).toBe(false);
    }
    await expect(find('桥梁', { cursor: 'x' })).rejects.toMatchObject({ category: 'invalid' });
  });
});
