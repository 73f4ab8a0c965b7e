import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { nobody } from '#kernel/testing-calls.ts';
import type { CallSpec } from './entities.ts';
import { digestOf } from './testing.ts';
import { both, lab, openCalls, operator, owner, vendor } from './testing-calls.ts';

describe.each(testDatabases())('calls on $engine', ({ open }) => {
  let db: Database;
  let the: Awaited<ReturnType<typeof openCalls>>;
  beforeAll(async () => {
    db = await open();
    the = await openCalls(db);
  });
  afterAll(async () => {
    await the.house.close();
    await db.close();
  });

  it('publishes only what is complete, usable and hidden, and freezes it', async () => {
    const { callId, version, hiddenData } = await the.drafted();
    await expect(the.api.publishCall({ callId }, owner)).rejects.toMatchObject({
      code: 'scenarios.call_incomplete',
    });
    const update = (draft: Partial<CallSpec>, seen: number, call = owner) =>
      the.api.updateCall({ callId, version: seen, draft }, call);
    await expect(update({ hiddenData }, version, vendor)).rejects.toMatchObject({
      category: 'missing',
    });
    let seen = version;
    const set = async (draft: Partial<CallSpec>) => {
      seen = (await update(draft, seen)).version;
      return the.api.publishCall({ callId }, owner);
    };
    const unusable = { code: 'scenarios.revision_unusable' };
    const shown = the.house.hub.put('dataset', digestOf('2'), {
      'f.csv': digestOf('3'),
      'l.csv': digestOf('2'),
    });
    for (const wrong of [the.spec.publicData, { ...hiddenData, ...shown }]) {
      await expect(set({ hiddenData: wrong })).rejects.toMatchObject(unusable);
    }
    await expect(update({ hiddenData }, version)).rejects.toMatchObject({
      code: 'scenarios.changed',
    });
    await expect(set({ hiddenData: { ...hiddenData, labelsPath: 'x' } })).rejects.toMatchObject(
      unusable,
    );
    await expect(
      set({ hiddenData, scorer: { ...the.spec.scorer, revisionDigest: digestOf('1') } }),
    ).rejects.toMatchObject(unusable);
    await expect(
      set({ scorer: the.spec.scorer, closesAt: '2020-01-01T00:00:00.000Z' }),
    ).rejects.toMatchObject({
      code: 'scenarios.call_incomplete',
    });
    const pending = await set({ closesAt: the.inSeconds(3_600) });
    expect(pending).toMatchObject({
      state: 'approval',
      hiddenData: { labelsDigest: digestOf('9') },
    });
    expect((await the.api.publishCall({ callId }, owner)).publishCaseId).toBe(
      pending.publishCaseId,
    );
    await expect(update({ title: both('改') }, pending.version)).rejects.toMatchObject({
      code: 'scenarios.call_frozen',
    });
    await expect(the.read(callId, vendor)).rejects.toMatchObject({ category: 'missing' });
    await expect(the.read(callId, nobody)).rejects.toMatchObject({ category: expect.anything() });

    await the.decide(pending.publishCaseId, 'return');
    expect(await the.read(callId, owner)).toMatchObject({ state: 'draft', frozenDigest: null });
    const again = await the.api.publishCall({ callId }, owner);
    expect(again.publishCaseId).not.toBe(pending.publishCaseId);
    await the.decide(again.publishCaseId, 'approve');
    const public_ = await the.read(callId, nobody);
    expect(public_).toMatchObject({ state: 'open', draft: null, simulated: the.spec.simulated });
    expect(JSON.stringify(public_)).not.toContain(hiddenData.repositoryId);
    const [fact] = (await the.house.kernel.facts.about(callId, { limit: 10 })).filter(
      ({ kind }) => kind === 'scenarios.call_opened',
    );
    expect(fact?.body).toMatchObject({ frozenDigest: public_.frozenDigest });
  });

  it('has one team an organisation and one name a team', async () => {
    const callId = await the.opened();
    const teamId = await the.joined(callId);
    expect(await the.joined(callId)).toBe(teamId);
    await expect(the.joined(callId, vendor, '乙队')).rejects.toMatchObject({
      code: 'scenarios.team_exists',
    });
    await expect(the.joined(callId, lab, '甲队')).rejects.toMatchObject({
      code: 'scenarios.team_name_taken',
    });
    const joining = { callId, organisationId: 'org_vendor', name: '冒名' };
    await expect(the.api.joinCall(joining, lab)).rejects.toMatchObject({
      category: expect.stringMatching(/denied|missing/),
    });
    await expect(the.joined(callId, owner, '东道主')).rejects.toMatchObject({
      code: 'scenarios.owner_competes',
    });
    const other = await the.joined(callId, lab, '乙队');
    await the.api.withdrawTeam({ teamId: other }, lab);
    await the.submit(teamId);
    await expect(the.api.withdrawTeam({ teamId }, vendor)).rejects.toMatchObject({
      code: 'scenarios.team_submitted',
    });
  });

  it('stops with a reason: cases withdrawn, evaluations ended at no cost', async () => {
    const callId = await the.opened();
    const teamId = await the.joined(callId);
    const { submissionId } = await the.submit(teamId);
    const stop = (call: typeof vendor) => the.api.stopCall({ callId, reason: '数据有误' }, call);
    await expect(stop(vendor)).rejects.toMatchObject({ category: 'denied' });
    expect(await stop(operator)).toMatchObject({ state: 'stopped', stopReason: '数据有误' });
    await stop(owner);
    await the.house.settle();
    expect(await the.api.getSubmission({ submissionId }, vendor)).toMatchObject({
      state: 'failed',
      counted: false,
      reason: { code: 'call_stopped', ours: true },
    });
    await the.house.finish(submissionId, { hidden: { score: 1 } });
    expect((await the.read(callId, nobody)).state).toBe('stopped');
    expect(the.house.notices).toContain('scenarios.call_stopped');
    expect(the.house.stopped).toContain(submissionId);
  });

  it('goes back to its owner when it is approved too late', async () => {
    const { callId, version, hiddenData } = await the.drafted({ closesAt: the.inSeconds(60) });
    await the.api.updateCall({ callId, version, draft: { hiddenData } }, owner);
    const { publishCaseId } = await the.api.publishCall({ callId }, owner);
    the.house.move(61);
    await the.decide(publishCaseId, 'approve');
    expect(await the.read(callId, owner)).toMatchObject({
      state: 'draft',
      actions: expect.arrayContaining(['edit']),
    });
  });

  it('opens and closes on time, and stops where nobody can win', async () => {
    const callId = await the.opened({
      opensAt: the.inSeconds(60),
      closesAt: the.inSeconds(120),
      baselines: [],
    });
    expect((await the.read(callId)).state).toBe('scheduled');
    await expect(the.read(callId, vendor)).rejects.toMatchObject({ category: 'missing' });
    the.house.move(61);
    await the.house.settle();
    expect((await the.read(callId, vendor)).state).toBe('open');
    the.house.move(61);
    await the.house.settle();
    const ended = await the.read(callId, vendor);
    expect(ended).toMatchObject({ state: 'stopped', evidence: true });
    expect(ended.stopReason).toContain('没有可以中榜的应答');
  });

  it('shows the loop of the latest call on the home page', async () => {
    const callId = await the.opened();
    const teamId = await the.joined(callId);
    const { submissionId } = await the.submit(teamId);
    await the.house.finish(submissionId, { hidden: { score: 0.8 } });
    const home = await the.api.home({}, nobody);
    expect(home.scenario).toMatchObject({
      callId,
      district: '310104',
      ownerName: 'name of org_hospital',
    });
    expect(home.steps.map(({ key, state }) => `${key} ${state}`)).toEqual([
      'open_call done',
      'submissions running',
      'evaluation running',
      'leaderboard running',
      'review waiting',
      'notice waiting',
      'award waiting',
      'certificate waiting',
    ]);
    expect(home.numbers.find(({ key }) => key === 'best')?.value).toBe(0.8);
    expect(home.simulated).toEqual(the.spec.simulated);
    expect(home.districts).toEqual([{ district: '310104', scenarios: expect.any(Number) }]);
  });

  it('lists, filters and pages', async () => {
    const filter = { sector: 'health', district: '310104', query: '传感器', limit: 2 };
    for (const sort of ['newest', 'closing'] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const given = { ...filter, sort, ...(cursor ? { cursor } : {}) };
        const page = await the.api.listCalls(given, nobody);
        seen.push(...page.items.map((item) => item.callId));
        cursor = page.nextCursor ?? undefined;
        if (!cursor) expect(seen).toHaveLength(page.total);
      } while (cursor);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(3);
    }
    const found = [];
    for await (const entry of the.house.searchEntries.readAll()) found.push(entry);
    expect(found.every(({ text, title }) => title.zh && text.includes('说明'))).toBe(true);
    expect(
      await the.house.searchEntries.read(found[0]?.id ?? '', the.house.kernel.db.read),
    ).toEqual(found[0]);
    const draft = (await the.drafted()).callId;
    expect(await the.house.searchEntries.read(draft, the.house.kernel.db.read)).toBeNull();
    const scenarios = await the.api.listScenarios(
      { sort: 'newest', limit: 2, query: '场景' },
      nobody,
    );
    expect(scenarios.items).toHaveLength(2);
  });
});
