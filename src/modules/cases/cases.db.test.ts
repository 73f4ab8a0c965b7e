import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, nobody } from '#kernel/testing-calls.ts';
import type { Procedure } from './procedure.ts';
import { openHouse } from './testing.ts';

const title = { zh: '环节', en: 'Step' };
const base = { title, deciders: [{ role: 'operator' as const }], recuse: true };
const award: Procedure = {
  name: 'tests.award',
  title: { zh: '评审', en: 'Award' },
  steps: [
    {
      ...base,
      kind: 'decision',
      name: 'review',
      deciders: [{ role: 'operator' }, { role: 'expert' }],
      decisions: ['approve', 'reject'],
      deadline: { workingDays: 2 },
      onExpiry: 'escalate',
    },
    { ...base, kind: 'notice', name: 'notice', deadline: { workingDays: 5 } },
    {
      ...base,
      kind: 'decision',
      name: 'award',
      decisions: ['approve', 'return', 'reject'],
      deadline: { workingDays: 1 },
      onExpiry: 'reject',
    },
  ],
};

const owner = callAs('party_owner', { memberOf: 'org_hospital' });
const operator = callAs('party_operator', { memberOf: 'org_platform', roles: ['operator'] });
const expert = callAs('party_expert', { memberOf: 'org_university', roles: ['expert'] });
const rival = callAs('party_rival', { memberOf: 'org_vendor', roles: ['operator'] });
const citizen = callAs('party_citizen');

describe.each(testDatabases())('cases on $engine', ({ open }) => {
  let db: Database;
  let house: Awaited<ReturnType<typeof openHouse>>;
  beforeAll(async () => {
    db = await open();
    house = await openHouse(db, [award]);
  });
  afterAll(() => db.close());

  let count = 0;
  async function opened(changes: { seconds?: number } = {}) {
    house.move('2026-11-23T02:00:00Z');
    count += 1;
    const { seconds } = changes;
    const caseId = await db.transaction((tx) =>
      house.cases.open(
        tx,
        {
          procedure: 'tests.award',
          subject: { type: 'tests.subject', id: `subject_${count}` },
          title: { zh: `第${count}号办件`, en: `Case ${count}` },
          link: `/tests/${count}`,
          ownerId: 'org_hospital',
          basis: `basis_${count}`,
          interested: ['org_vendor'],
          ...(seconds ? { deadlines: { notice: { seconds } } } : {}),
        },
        owner,
      ),
    );
    return { caseId, stepId: await stepOf(caseId) };
  }
  async function stepOf(caseId: string): Promise<string> {
    const { stepId } = await house.cases.handlers.getCase({ caseId }, operator);
    return stepId ?? '';
  }
  const decide = (stepId: string, decision: 'approve' | 'return' | 'reject', by = operator) =>
    house.cases.handlers.decideStep({ stepId, decision, reason: '理由' }, by);

  it('goes from review over notice to award, each step a fact', async () => {
    const { caseId, stepId } = await opened({ seconds: 10 });
    const reviewed = await decide(stepId, 'approve', expert);
    expect(reviewed).toMatchObject({ step: 'notice', state: 'open' });
    expect(reviewed.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'review decided',
      'notice open',
      'award waiting',
    ]);
    expect(reviewed.steps[1]?.demonstration).toBe(true);
    await house.tick();
    expect((await house.cases.handlers.getCase({ caseId }, operator)).step).toBe('notice');
    house.move(11);
    await house.tick();
    await house.tick();
    const done = await decide(await stepOf(caseId), 'approve');
    expect(done).toMatchObject({ state: 'closed', outcome: 'approved', stepId: null });
    const kinds = (await house.kinds(caseId)).filter((kind) => kind.startsWith('cases.'));
    expect(kinds).toEqual([
      'cases.case_opened',
      'cases.step_opened',
      'cases.step_decided',
      'cases.step_opened',
      'cases.step_decided',
      'cases.step_opened',
      'cases.step_decided',
      'cases.case_closed',
    ]);
    expect(done.history.map(({ kind }) => kind)).toEqual(
      'opened step_opened decided step_opened decided step_opened decided closed'.split(' '),
    );
  });

  it('opens one case a basis', async () => {
    const { caseId } = await opened();
    count -= 1;
    expect((await opened()).caseId).toBe(caseId);
  });

  it('takes one decision a step: the same again is no change, another is a conflict', async () => {
    const { stepId } = await opened();
    const first = decide(stepId, 'approve');
    const second = decide(stepId, 'reject', expert);
    const results = await Promise.allSettled([first, second]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(lost.reason).toMatchObject({ code: 'cases.step_decided', category: 'conflict' });
    const again =
      results[0]?.status === 'fulfilled'
        ? decide(stepId, 'approve')
        : decide(stepId, 'reject', expert);
    await expect(again).resolves.toBeTruthy();
    await expect(decide(stepId, 'return')).rejects.toMatchObject({ code: 'cases.step_decided' });
  });

  it('lets nobody decide who has an interest, and nobody who was not asked', async () => {
    const { caseId, stepId } = await opened();
    await expect(decide(stepId, 'approve', rival)).rejects.toMatchObject({ code: 'cases.recused' });
    const seen = await house.cases.handlers.getCase({ caseId }, rival);
    expect(seen.actions).toEqual(['assign', 'comment']);
    for (const call of [owner, citizen, nobody]) {
      await expect(decide(stepId, 'approve', call)).rejects.toMatchObject({
        category: expect.stringMatching(/^(denied|missing|unauthenticated)$/),
      });
    }
    await house.cases.handlers.assignStep({ stepId, partyId: 'party_citizen' }, rival);
    await expect(decide(stepId, 'reject', citizen)).resolves.toMatchObject({ outcome: 'rejected' });
  });

  it('does not end a notice before every objection is decided, and goes back when one is upheld', async () => {
    const { caseId, stepId } = await opened({ seconds: 10 });
    const object = (noticeId: string, reason: string, by = citizen) =>
      house.cases.handlers.raiseObjection({ stepId: noticeId, reason }, by);
    await expect(object(stepId, '还没有公示')).rejects.toMatchObject({ category: 'missing' });
    await decide(stepId, 'approve');
    const notice = await stepOf(caseId);
    await expect(decide(notice, 'approve')).rejects.toMatchObject({ code: 'cases.step_not_open' });
    await expect(object(notice, '我没登录', nobody)).rejects.toMatchObject({
      code: 'kernel.not_signed_in',
    });
    const first = await object(notice, '数据有误');
    expect((await object(notice, '数据有误')).objectionId).toBe(first.objectionId);
    const second = await object(notice, '程序不公');
    await expect(object(notice, '第三条')).rejects.toMatchObject({ category: 'limited' });
    house.move(11);
    await house.tick();
    expect((await house.cases.handlers.getCase({ caseId }, citizen)).step).toBe('notice');

    const settle = (objectionId: string, decision: 'upheld' | 'dismissed', by = operator) =>
      house.cases.handlers.decideObjection(
        { stepId: notice, objectionId, decision, reason: '复核' },
        by,
      );
    await expect(settle(first.objectionId, 'dismissed', expert)).rejects.toMatchObject({
      category: expect.stringMatching(/denied|missing/),
    });
    const dismissed = await settle(first.objectionId, 'dismissed');
    expect(dismissed).toMatchObject({ step: 'notice', objectionsOpen: 1 });
    await expect(settle(first.objectionId, 'upheld')).rejects.toMatchObject({
      code: 'cases.objection_decided',
    });
    const back = await settle(second.objectionId, 'upheld');
    expect(back).toMatchObject({ step: 'review', state: 'open' });
    const told = house.notices.filter(({ kind }) => kind === 'cases.objection_decided');
    expect(told.map(({ to }) => to)).toEqual(['party_citizen', 'party_citizen']);
  });

  it('lets the notice pass when the last objection is taken back after its time', async () => {
    const { caseId, stepId } = await opened({ seconds: 10 });
    await decide(stepId, 'approve');
    const notice = await stepOf(caseId);
    const { handlers } = house.cases;
    const { objectionId } = await handlers.raiseObjection(
      { stepId: notice, reason: '异议' },
      citizen,
    );
    await expect(handlers.withdrawObjection({ objectionId }, owner)).rejects.toMatchObject({
      category: 'missing',
    });
    house.move(11);
    await house.tick();
    const withdrawn = await handlers.withdrawObjection({ objectionId }, citizen);
    expect(withdrawn.state).toBe('withdrawn');
    expect((await handlers.getCase({ caseId }, operator)).step).toBe('award');
    await expect(
      handlers.raiseObjection({ stepId: notice, reason: '太晚' }, citizen),
    ).rejects.toMatchObject({ code: 'cases.step_not_open' });
  });

  it('reminds, escalates and decides by itself, each once, by working days', async () => {
    const { caseId, stepId } = await opened({ seconds: 10 });
    const about = (kind: string) =>
      house.notices.filter((n) => n.kind === kind && n.link === `/cases/${caseId}`);
    const read = () => house.cases.handlers.getCase({ caseId }, operator);
    // Monday: two working days end with Wednesday in Shanghai.
    expect((await read()).dueAt).toBe('2026-11-25T16:00:00.000Z');
    house.move('2026-11-24T15:00:00Z');
    await house.tick();
    expect(about('cases.step_due')).toHaveLength(0);
    house.move('2026-11-24T17:00:00Z');
    await house.tick();
    await house.tick();
    expect(about('cases.step_due').map(({ to }) => to)).toEqual([
      { role: 'expert' },
      { role: 'operator' },
    ]);
    house.move('2026-11-25T16:00:00Z');
    await house.tick();
    await house.tick();
    expect(about('cases.step_escalated')).toHaveLength(2);
    expect(await read()).toMatchObject({ step: 'review', overdue: true });

    await decide(stepId, 'approve');
    house.move(11);
    await house.tick();
    expect((await read()).step).toBe('award');
    house.move('2026-12-01T00:00:00Z');
    await house.tick();
    const closed = await read();
    expect(closed).toMatchObject({ state: 'closed', outcome: 'rejected' });
    expect(closed.steps.at(-1)).toMatchObject({ decidedBy: 'service:cases', decision: 'reject' });
  });

  it('shows each reader the inbox that is his, and strangers only public notices', async () => {
    const { caseId, stepId } = await opened();
    const list = async (call: typeof owner, scope: 'decide' | 'mine' | 'all') => {
      const page = await house.cases.handlers.listCases(
        { scope, sort: 'newest', limit: 100, state: 'open' },
        call,
      );
      expect(page.total).toBe(page.items.length);
      return page.items.some((item) => item.caseId === caseId);
    };
    expect(await list(operator, 'decide')).toBe(true);
    expect(await list(expert, 'decide')).toBe(true);
    expect(await list(owner, 'decide')).toBe(false);
    expect(await list(owner, 'mine')).toBe(true);
    expect(await list(citizen, 'all')).toBe(false);
    await expect(house.cases.handlers.getCase({ caseId }, citizen)).rejects.toMatchObject({
      category: 'missing',
    });
    await decide(stepId, 'approve');
    await house.cases.handlers.comment({ caseId, text: '内部意见' }, owner);
    expect(await list(citizen, 'all')).toBe(true);
    const seen = await house.cases.handlers.getCase({ caseId }, nobody);
    expect(seen).toMatchObject({ step: 'notice', actions: [] });
    expect(seen.steps[0]).toMatchObject({ reason: null, decidedBy: null });
    expect(seen.names).toEqual({ org_hospital: 'name of org_hospital' });
    expect(JSON.stringify(seen)).not.toMatch(/内部意见|party_expert|party_operator/);
    await expect(
      house.cases.handlers.comment({ caseId, text: '外人' }, citizen),
    ).rejects.toMatchObject({ category: 'denied' });
    expect(await list(expert, 'decide')).toBe(false);
  });

  it('pages and searches', async () => {
    for (let n = 0; n < 3; n += 1) await opened();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await house.cases.handlers.listCases(
        { scope: 'all', sort: 'due', limit: 2, query: '号办件', ...(cursor ? { cursor } : {}) },
        operator,
      );
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((item) => item.caseId));
      cursor = page.nextCursor ?? undefined;
      expect(page.total).toBeGreaterThanOrEqual(3);
      if (!cursor) expect(seen).toHaveLength(page.total);
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    for (const wrong of ['bm9wZQ', Buffer.from('["x","y"]').toString('base64url')]) {
      await expect(
        house.cases.handlers.listCases(
          { scope: 'all', sort: 'due', limit: 2, cursor: wrong },
          owner,
        ),
      ).rejects.toMatchObject({ code: 'kernel.invalid_input' });
    }
  });

  it('is withdrawn by its owner, and then takes nothing more', async () => {
    const { caseId, stepId } = await opened();
    const withdraw = () => house.cases.handlers.withdrawCase({ caseId, reason: '不再需要' }, owner);
    expect(await withdraw()).toMatchObject({ outcome: 'withdrawn', actions: ['comment'] });
    await withdraw();
    expect((await house.kinds(caseId)).filter((kind) => kind === 'cases.case_closed')).toHaveLength(
      1,
    );
    await expect(decide(stepId, 'approve')).rejects.toMatchObject({ code: 'cases.step_not_open' });
  });

  it('has the holidays of 2026 with their source, and lets the operator edit them', async () => {
    const { handlers } = house.cases;
    const calendar = await handlers.getCalendar({ year: '2026' }, nobody);
    const kinds = new Map(calendar.days.map(({ day, kind }) => [day, kind]));
    expect([...kinds.values()].filter((kind) => kind === 'holiday')).toHaveLength(33);
    expect(kinds.get('2026-02-23')).toBe('holiday');
    expect(kinds.get('2026-10-10')).toBe('working');
    expect(calendar.days.every(({ source }) => source.includes('国办发明电〔2025〕7号'))).toBe(
      true,
    );
    const day = { title, source: '测试', kind: 'holiday' as const };
    const days = [{ ...day, day: '2027-01-01' }];
    const update = (version: number, given = days, call = operator) =>
      handlers.updateCalendar({ year: '2027', version, days: given }, call);
    await expect(update(calendar.version, days, owner)).rejects.toMatchObject({
      category: 'denied',
    });
    const updated = await update(calendar.version);
    expect(updated).toMatchObject({ version: calendar.version + 1, days });
    await expect(update(calendar.version)).rejects.toMatchObject({
      code: 'cases.calendar_changed',
    });
    for (const wrong of [[...days, ...days], [{ ...day, day: '2026-01-01' }]]) {
      await expect(update(updated.version, wrong)).rejects.toMatchObject({
        code: 'cases.calendar_days_invalid',
      });
    }
  });
});
