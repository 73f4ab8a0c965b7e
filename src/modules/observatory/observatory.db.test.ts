import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { nobody } from '#kernel/testing-calls.ts';
import { auditor, clerk, type House, openHouse, operator, outsider } from './testing.ts';

const code = (name: string) => ({ code: expect.stringMatching(new RegExp(`^${name}$`)) });

describe.each(testDatabases())('observatory on $engine', ({ open }) => {
  let db: Database;
  let house: House;
  beforeAll(async () => {
    db = await open();
    house = await openHouse(db);
  });
  afterAll(async () => {
    await house.close();
    await db.close();
  });

  const total = async (indicatorId: string) => {
    const { total, facts } = await house.handlers.getIndicator({ indicatorId }, nobody);
    return { total, facts };
  };
  const settled = (amountMinor: number) => ({ amountMinor, calls: 2 });

  describe('counting', () => {
    it('equals the facts of the ledger, however often it is killed and replayed', async () => {
      const amounts = Array.from({ length: 40 }, (_, place) => place + 1);
      await house.record('exchange.settled', amounts.map(settled));
      await house.record(
        'scenarios.call_opened',
        amounts.map(() => ({})),
      );
      // Every third handling dies after its writes, and the whole run is stopped several times over.
      let handled = 0;
      let kill = new AbortController();
      const dying = house.subscriptions.map((subscription) => ({
        ...subscription,
        async handle(...given: Parameters<typeof subscription.handle>) {
          await subscription.handle(...given);
          handled += 1;
          if (handled % 10 === 0) kill.abort();
          if (handled % 3 === 0) throw new Error('killed');
        },
      }));
      for (let run = 0; run < 4; run += 1) {
        kill = new AbortController();
        await house.count({ subscriptions: dying, kill: kill.signal });
        expect(kill.signal.aborted).toBe(true);
      }
      await house.count();
      const expected = async () => {
        expect(await total('calls-opened')).toEqual({ total: 40, facts: 40 });
        expect(await total('amount-settled')).toEqual({ total: 820, facts: 40 });
        expect(await total('calls-settled')).toEqual({ total: 80, facts: 40 });
        expect(await total('deployments-created')).toEqual({ total: 0, facts: 0 });
      };
      await expected();
      const subscribers = await house.count();
      for (const { name } of house.subscriptions) await subscribers.replay(name, 0);
      await house.count();
      await expected();
    });

    it('opens down to the facts, with their places in the log', async () => {
      const input = { indicatorId: 'calls-opened', period: '2026-11', limit: 25 };
      const first = await house.handlers.listFactsOf({ ...input, cursor: undefined }, nobody);
      expect(first).toMatchObject({ total: 40, items: { length: 25 } });
      assert(first.nextCursor);
      const { items } = await house.handlers.listFactsOf(
        { ...input, cursor: first.nextCursor },
        nobody,
      );
      const all = [...first.items, ...items];
      expect(new Set(all.map(({ factId }) => factId)).size).toBe(40);
      expect(all.every(({ position }) => position !== null)).toBe(true);
      expect(all[0]).toMatchObject({
        kind: 'scenarios.call_opened',
        subject: 'thing_1',
        amount: 1,
      });
      const closed = { ...input, indicatorId: 'amount-settled', cursor: undefined };
      expect((await house.handlers.listFactsOf(closed, nobody)).items[0]?.subject).toBeNull();
      expect((await house.handlers.listFactsOf(closed, auditor)).items[0]?.subject).toBe('thing_1');
    });

    it('passes over a fact whose body has no such number, and goes on', async () => {
      await house.record('exchange.settled', [{ calls: 3, amountMinor: 0.5 }]);
      await house.count();
      expect(await total('amount-settled')).toEqual({ total: 820, facts: 40 });
      expect(await total('calls-settled')).toEqual({ total: 83, facts: 41 });
    });
  });

  describe('a period', () => {
    const evidence = (indicatorId: string, period: string, call = nobody, summary = false) =>
      house.handlers.getIndicatorEvidence({ indicatorId, period, summary }, call);

    it('is closed once, takes no more, and late facts open a further part', async () => {
      await expect(evidence('calls-opened', '2026-11')).rejects.toMatchObject(
        code('observatory.period_open'),
      );
      const close = (period: string, call = operator) =>
        house.handlers.closePeriod({ period }, call);
      await expect(close('2026-11', clerk)).rejects.toMatchObject(code('kernel.denied'));
      await expect(close('2026-12')).rejects.toMatchObject(code('observatory.period_not_begun'));
      await expect(close('2026-11.2')).rejects.toMatchObject(code('kernel.missing'));
      const closed = await close('2026-11');
      expect(closed).toMatchObject({ state: 'closed', facts: 121 });
      expect(await close('2026-11')).toEqual(closed);
      const subscribers = await house.count();
      for (const { name } of house.subscriptions) await subscribers.replay(name, 0);
      await house.count();
      expect((await house.handlers.listPeriods({ limit: 25 }, nobody)).items).toEqual([
        { ...closed, actions: [] },
      ]);
      await house.record('scenarios.call_opened', [{}]);
      await house.count();
      const { values } = await house.handlers.getIndicator({ indicatorId: 'calls-opened' }, nobody);
      expect(values.map(({ period, value, final }) => [period, value, final])).toEqual([
        ['2026-11', 40, true],
        ['2026-11.2', 1, false],
      ]);
      expect((await house.handlers.listPeriods({ limit: 25 }, nobody)).items).toMatchObject([
        { period: '2026-11.2', state: 'open', facts: 1 },
        { period: '2026-11', state: 'closed', facts: 121 },
      ]);
      const facts = await house.kernel.facts.about('2026-11', { limit: 5 });
      expect(facts.map(({ kind }) => kind)).toEqual(['observatory.period_closed']);
    });

    it('is counted again by anybody with the file, and a fact left out or put in shows', async () => {
      await house.count();
      const file = await evidence('calls-opened', '2026-11');
      const report = await house.verify(file);
      expect(report.failures).toEqual([]);
      expect(report).toMatchObject({ ok: true, kind: 'indicator', unproven: [] });
      expect(report.claims.find(({ path }) => path === '/value')).toMatchObject({
        value: 40,
        level: 'recomputed',
      });
      const { facts } = file;
      assert(Array.isArray(facts));
      const short = await house.verify({ ...file, facts: facts.slice(1) });
      expect(short.failures.map(({ code }) => code)).toContain('counted_left_out');
      const closings = await house.handlers.listFactsOf(
        { indicatorId: 'calls-opened', period: '2026-11.2', limit: 1 },
        nobody,
      );
      const late = await house.kernel.ledger.evidence([closings.items[0]?.factId ?? '']);
      const more = await house.verify({ ...file, facts: [...facts, ...late.facts] });
      expect(more.ok).toBe(false);
    });

    it('gives bodies that tell more than a reader may know to auditors only', async () => {
      const sum = await evidence('calls-settled', '2026-11', auditor);
      const levels = async (file: unknown) => {
        const { ok, claims, facts } = await house.verify(file);
        return { ok, facts: facts.length, value: claims[0]?.value, level: claims[0]?.level };
      };
      expect(await levels(sum)).toEqual({ ok: true, facts: 42, value: 83, level: 'recomputed' });
      const short = await evidence('calls-settled', '2026-11', operator);
      expect(await levels(short)).toEqual({ ok: true, facts: 1, value: 83, level: 'included' });
      expect(JSON.stringify(short)).not.toContain('amountMinor');
      const none = await evidence('deployments-created', '2026-11');
      expect(await levels(none)).toMatchObject({ ok: true, value: 0, level: 'included' });
    });

    it('counts by the calendar of Shanghai', async () => {
      house.moveTo('2026-11-30T16:00:00.000Z');
      await house.record('scenarios.call_opened', [{}, {}]);
      await house.count();
      const { latest } = await house.handlers.getIndicator({ indicatorId: 'calls-opened' }, nobody);
      expect(latest).toMatchObject({ period: '2026-12', value: 2, final: false });
    });
  });

  describe('an entered value', () => {
    const entry = {
      organisationId: 'party_bureau',
      indicatorId: 'talent',
      period: '2020',
      value: 100_000,
      source: 'a made-up source for this test',
      sourceUrl: 'https://example.org/a',
      note: '',
    };
    const { enter, review, publish } = {
      enter: (change: Partial<typeof entry> = {}, call = clerk) =>
        house.handlers.enterValue({ ...entry, ...change }, call),
      review: (valueId: string, call = operator, outcome: 'accepted' | 'returned' = 'accepted') =>
        house.handlers.reviewValue({ valueId, outcome, reason: 'checked' }, call),
      publish: (valueId: string, call = operator) => house.handlers.publishValue({ valueId }, call),
    };
    const released = async (change: Partial<typeof entry>) => {
      const { valueId } = await enter(change);
      await review(valueId);
      return publish(valueId);
    };
    const seen = async (call: typeof nobody) => {
      const { items } = await house.handlers.listValues({ limit: 100 }, call);
      return items.map(({ valueId }) => valueId);
    };

    it('is published only after review by another person, and strangers see it only then', async () => {
      const { valueId } = await enter();
      expect((await enter()).valueId).toBe(valueId);
      for (const call of [clerk, operator, auditor]) expect(await seen(call)).toContain(valueId);
      for (const call of [nobody, outsider]) {
        expect(await seen(call)).toEqual([]);
        const read = house.handlers.getValue({ valueId }, call);
        await expect(read).rejects.toMatchObject(code('kernel\\.(missing|not_signed_in)'));
      }
      await expect(publish(valueId)).rejects.toMatchObject(code('observatory.value_state'));
      const kinds = 'kernel\\.(denied|missing|not_signed_in)';
      for (const call of [clerk, outsider, nobody]) {
        await expect(review(valueId, call)).rejects.toMatchObject(code(kinds));
        await expect(publish(valueId, call)).rejects.toMatchObject(code(kinds));
      }
      const roles = ['operator'] as const;
      const both = { ...clerk, principal: { ...clerk.principal, roles } };
      const delegate = {
        ...operator,
        principal: { ...operator.principal, onBehalfOf: clerk.principal.id },
      };
      const service = {
        ...operator,
        principal: { ...operator.principal, kind: 'service' as const },
      };
      await expect(review(valueId, both)).rejects.toMatchObject(code('observatory.own_value'));
      await expect(review(valueId, delegate)).rejects.toMatchObject(code('observatory.own_value'));
      await expect(review(valueId, service)).rejects.toMatchObject(
        code('observatory.person_needed'),
      );
      expect((await review(valueId, auditor)).state).toBe('reviewed');
      expect(await seen(nobody)).toEqual([]);
      const published = await publish(valueId);
      expect(published).toMatchObject({ state: 'published', vintage: 1, newest: true });
      expect(await publish(valueId)).toEqual(published);
      expect(await seen(nobody)).toEqual([valueId]);
      const shown = await house.handlers.getValue({ valueId }, nobody);
      expect(shown).toMatchObject({ value: 100_000, enteredBy: null, reviewReason: null });
    });

    it('keeps every revision as a vintage, and no older entry goes over a newer one', async () => {
      const late = await enter({ value: 90_000 });
      await review(late.valueId);
      await released({ value: 110_000 });
      await expect(publish(late.valueId)).rejects.toMatchObject(
        code('observatory.value_overtaken'),
      );
      const filter = { indicatorId: 'talent', period: '2020', state: 'published', limit: 25 };
      const { items } = await house.handlers.listValues(
        { ...filter, state: 'published' as const },
        nobody,
      );
      const vintages = items.map(({ vintage, value, newest }) => [vintage, value, newest]);
      expect(vintages.sort()).toEqual([
        [1, 100_000, false],
        [2, 110_000, true],
      ]);
      const { values } = await house.handlers.getIndicator({ indicatorId: 'talent' }, nobody);
      expect(values).toMatchObject([{ period: '2020', value: 110_000, vintage: 2 }]);
    });

    it('moves path and state, and tells the operators where the target is missed', async () => {
      const track = async () =>
        (await house.handlers.getIndicator({ indicatorId: 'talent' }, nobody)).track?.reason;
      expect(await track()).toBe('no_value');
      await released({ period: '2021', value: 120_000 });
      expect(await track()).toBe('below_path');
      expect(house.notices).toEqual([
        { kind: 'observatory.warning', zh: '人工智能人才规模：落后于路径' },
      ]);
      await released({ period: '2021', value: 200_000 });
      expect(await track()).toBe('above_path');
      const { path } = await house.handlers.getIndicator({ indicatorId: 'talent' }, nobody);
      expect(path.at(0)).toEqual({ year: 2020, value: 110_000 });
    });

    it('has evidence of each vintage: who entered, who reviewed, what was published', async () => {
      await house.kernel.ledger.integrate();
      for (const [vintage, value] of [
        [1, 100_000],
        [2, 110_000],
        [undefined, 110_000],
      ] as const) {
        const input = { indicatorId: 'talent', period: '2020', summary: false };
        const file = await house.handlers.getIndicatorEvidence({ ...input, vintage }, nobody);
        const report = await house.verify(file);
        expect(report).toMatchObject({ ok: true, unproven: [], facts: { length: 3 } });
        expect(report.claims.find(({ path }) => path === '/value')?.value).toBe(value);
      }
      const none = { indicatorId: 'talent', period: '2019', summary: false };
      await expect(house.handlers.getIndicatorEvidence(none, nobody)).rejects.toMatchObject(
        code('observatory.not_published'),
      );
    });

    it('is refused where it does not fit, and nothing changes', async () => {
      const before = await seen(operator);
      const refused = (change: Partial<typeof entry>, name: string, call = clerk) =>
        expect(enter(change, call)).rejects.toMatchObject(code(name));
      await refused({ indicatorId: 'calls-opened' }, 'observatory.indicator_counted');
      await refused({ indicatorId: 'nothing' }, 'kernel.missing');
      await refused({ period: '2099' }, 'observatory.value_unfit');
      await refused({ value: 1.5 }, 'observatory.value_unfit');
      await refused({ organisationId: 'party_other' }, 'kernel\\.(denied|missing)');
      await refused({}, 'kernel\\.(denied|missing|not_signed_in)', nobody);
      expect(await seen(operator)).toEqual(before);
    });
  });

  describe('an import', () => {
    const csv = (...lines: string[]) =>
      Buffer.from(['指标,时期,数值,来源', ...lines].join('\n')).toString('base64');
    const preview = (content: string, call = clerk) =>
      house.handlers.previewImport(
        { organisationId: 'party_bureau', fileName: 'a.csv', content },
        call,
      );
    const drafts = async () => {
      const { total } = await house.handlers.listValues({ state: 'draft', limit: 1 }, operator);
      return total;
    };
    let before: number;
    beforeEach(async () => {
      before = await drafts();
    });

    it('enters all rows of a confirmed preview, once', async () => {
      const { importId, rows, errors } = await preview(
        csv('top-teams,2021,5,年报', 'standards,2021,2,年报'),
      );
      expect({ rows: rows.length, errors, drafts: await drafts() }).toEqual({
        ...{ rows: 2, errors: 0, drafts: before },
      });
      const both = [1, 2].map(() => house.handlers.confirmImport({ importId }, clerk));
      const [first, second] = await Promise.all(both);
      expect(first?.confirmedAt).toBe(second?.confirmedAt);
      expect(await drafts()).toBe(before + 2);
      const missing = code('kernel\\.(denied|missing)');
      await expect(house.handlers.getImport({ importId }, outsider)).rejects.toMatchObject(missing);
      const foreign = house.handlers.confirmImport({ importId }, outsider);
      await expect(foreign).rejects.toMatchObject(missing);
    });

    it('enters nothing where one row is wrong, and says which', async () => {
      const shown = await preview(csv('top-teams,2022,5,年报', 'standards,2022,=2,年报'));
      expect(shown.rows.map(({ errors }) => errors)).toEqual([
        [],
        [{ column: 'value', code: 'formula_refused', found: '=2' }],
      ]);
      const confirm = house.handlers.confirmImport({ importId: shown.importId }, clerk);
      await expect(confirm).rejects.toMatchObject(code('observatory.import_has_errors'));
      expect(await drafts()).toBe(before);
    });

    it('enters nothing where it fails half way', async () => {
      const years = Array.from({ length: 20 }, (_, place) => `top-teams,${2000 + place},1,年报`);
      const confirm = async () => {
        const { importId } = await preview(csv(...years));
        return house.handlers.confirmImport({ importId }, clerk);
      };
      await confirm();
      await expect(confirm()).rejects.toMatchObject(code('observatory.too_many_drafts'));
      expect(await drafts()).toBe(before + 20);
    });

    it('is refused where the file is none, or lacks columns', async () => {
      const refused = (content: string, name: string) =>
        expect(preview(content)).rejects.toMatchObject(code(`observatory.${name}`));
      await refused(Buffer.from('a,b\n').toString('base64'), 'columns_missing');
      await refused(Buffer.from('PK nothing').toString('base64'), 'file_unreadable');
      await refused('', 'columns_missing');
      await refused(csv(), 'file_unreadable');
      await refused(csv(...Array.from({ length: 21 }, () => 'a,b,c,d')), 'too_many_rows');
    });
  });
});
