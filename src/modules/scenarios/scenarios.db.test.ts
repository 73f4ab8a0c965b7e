import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { stranger } from '#kernel/principal.ts';
import { testDatabases } from '#kernel/testing.ts';
import { verifyEvidence } from '#verify/verify.ts';
import type { CallSpec } from './entities.ts';
import { leaderboardCsv } from './leaderboard-csv.ts';
import { callAs, digestOf, openHouse } from './testing.ts';

const owner = callAs('party_owner', 'org_hospital');
const vendor = callAs('party_vendor', 'org_vendor');
const lab = callAs('party_lab', 'org_lab');
const operator = callAs('party_operator', 'org_platform', ['operator']);
const nobody = { ...vendor, principal: stranger };
const both = (zh: string, en = zh) => ({ zh, en });

describe.each(testDatabases())('calls on $engine', ({ open }) => {
  let db: Database;
  let house: Awaited<ReturnType<typeof openHouse>>;
  let programs: Record<
    'a' | 'b' | 'base' | 'data',
    { repositoryId: string; revisionDigest: string }
  >;
  let spec: CallSpec;
  beforeAll(async () => {
    db = await open();
    house = await openHouse(db);
    await db.transaction(async (tx) => {
      for (const id of ['org_hospital', 'org_vendor', 'org_lab']) {
        const party = { type: 'party', id, owner: id, audience: 'members' as const };
        await house.kernel.access.register(tx, party);
      }
    });
    const { hub } = house;
    const table = (seed: string) => ({ 'f.csv': digestOf(seed), 'l.csv': digestOf(`${seed}`) });
    const open_ = hub.put('dataset', digestOf('4'), { ...table('5'), 'l.csv': digestOf('6') });
    const hidden = hub.put(
      'dataset',
      digestOf('7'),
      { ...table('8'), 'l.csv': digestOf('9') },
      'owner',
    );
    const scorer = hub.put('program', digestOf('a'), { 'score.mjs': digestOf('b') });
    programs = {
      a: hub.put('algorithm', digestOf('c'), { 'main.mjs': digestOf('d') }),
      b: hub.put('algorithm', digestOf('e'), { 'main.py': digestOf('d') }),
      base: hub.put('algorithm', digestOf('f'), { 'main.mjs': digestOf('0') }),
      data: open_,
    };
    spec = {
      title: both('传感器异常检测', 'Sensor anomalies'),
      page: both('# 说明'),
      rules: both('规则'),
      publicData: { ...open_, featuresPath: 'f.csv', labelsPath: 'l.csv' },
      hiddenData: { ...hidden, featuresPath: 'f.csv', labelsPath: 'l.csv' },
      scorer: { ...scorer, entry: 'score.mjs' },
      scorerOptions: { latencyReadings: 24 },
      metric: { name: both('F1'), direction: 'higher', precision: 3 },
      counts: 'best',
      limits: {
        submissionsPerTeamPerDay: 3,
        submissionsPerTeamMax: 5,
        job: { wallSeconds: 10, cpuSeconds: 10, memoryBytes: 2 ** 28 },
      },
      opensAt: null,
      closesAt: new Date(Date.now() + 3_600_000).toISOString(),
      notice: { seconds: 5 },
      baselines: [{ name: both('固定阈值'), ...programs.base, options: { level: 3 } }],
      simulated: both('回放数据，非上海实测', 'Replayed data, not measured in Shanghai'),
    };
  });
  afterAll(async () => {
    await house.close();
    await db.close();
  });

  const api = () => house.scenarios;
  const inSeconds = (seconds: number) =>
    new Date(house.kernel.clock.now().getTime() + seconds * 1_000).toISOString();
  const read = (callId: string, call = operator) => api().getCall({ callId }, call);

  async function drafted(changes: Partial<CallSpec> = {}) {
    const { scenarioId } = await api().createScenario(
      {
        ...{ ownerId: 'org_hospital', title: both('场景'), summary: both('摘要') },
        ...{ sector: 'health', district: '310104' },
      },
      owner,
    );
    const closesAt = inSeconds(3_600);
    const { hiddenData, ...rest } = { ...spec, closesAt, ...changes };
    const { callId, version } = await api().createCall({ scenarioId, draft: rest }, owner);
    return { callId, version, hiddenData, scenarioId };
  }

  async function decide(caseId: string | null, decision: 'approve' | 'return' | 'reject') {
    const { stepId } = await house.cases.getCase({ caseId: caseId ?? '' }, operator);
    await house.cases.decideStep({ stepId: stepId ?? '', decision, reason: '理由' }, operator);
    await house.settle();
  }

  async function opened(changes: Partial<CallSpec> = {}) {
    const { callId, version, hiddenData } = await drafted(changes);
    await api().updateCall({ callId, version, draft: { hiddenData } }, owner);
    const { publishCaseId } = await api().publishCall({ callId }, owner);
    await decide(publishCaseId, 'approve');
    return callId;
  }

  async function joined(callId: string, call = vendor, name = '甲队') {
    const organisationId = call.principal.memberships[0]?.organisation ?? '';
    return (await api().joinCall({ callId, organisationId, name }, call)).teamId;
  }

  const submit = (teamId: string, more: { key?: string; program?: 'a' | 'b'; k?: number } = {}) =>
    api().submit(
      {
        teamId,
        name: both('算法'),
        program: programs[more.program ?? 'a'],
        options: { k: more.k ?? 1 },
        ...(more.key ? { idempotencyKey: more.key } : {}),
      },
      vendor,
    );

  it('publishes only what is complete, usable and hidden, and freezes it', async () => {
    const { callId, version, hiddenData } = await drafted();
    await expect(api().publishCall({ callId }, owner)).rejects.toMatchObject({
      code: 'scenarios.call_incomplete',
    });
    const update = (draft: Partial<CallSpec>, seen: number, call = owner) =>
      api().updateCall({ callId, version: seen, draft }, call);
    await expect(update({ hiddenData }, version, vendor)).rejects.toMatchObject({
      category: 'missing',
    });
    let seen = version;
    const set = async (draft: Partial<CallSpec>) => {
      seen = (await update(draft, seen)).version;
      return api().publishCall({ callId }, owner);
    };
    const unusable = { code: 'scenarios.revision_unusable' };
    await expect(set({ hiddenData: spec.publicData })).rejects.toMatchObject(unusable);
    await expect(set({ hiddenData: { ...hiddenData, labelsPath: 'x' } })).rejects.toMatchObject(
      unusable,
    );
    await expect(
      set({ hiddenData, scorer: { ...spec.scorer, revisionDigest: digestOf('1') } }),
    ).rejects.toMatchObject(unusable);
    await expect(
      set({ scorer: spec.scorer, closesAt: '2020-01-01T00:00:00.000Z' }),
    ).rejects.toMatchObject({
      code: 'scenarios.call_incomplete',
    });
    const pending = await set({ closesAt: inSeconds(3_600) });
    expect(pending).toMatchObject({
      state: 'approval',
      hiddenData: { labelsDigest: digestOf('9') },
    });
    expect((await api().publishCall({ callId }, owner)).publishCaseId).toBe(pending.publishCaseId);
    await expect(update({ title: both('改') }, pending.version)).rejects.toMatchObject({
      code: 'scenarios.call_frozen',
    });
    await expect(read(callId, vendor)).rejects.toMatchObject({ category: 'missing' });
    await expect(read(callId, nobody)).rejects.toMatchObject({ category: expect.anything() });

    await decide(pending.publishCaseId, 'return');
    expect(await read(callId, owner)).toMatchObject({ state: 'draft', frozenDigest: null });
    const again = await api().publishCall({ callId }, owner);
    expect(again.publishCaseId).not.toBe(pending.publishCaseId);
    await decide(again.publishCaseId, 'approve');
    const public_ = await read(callId, nobody);
    expect(public_).toMatchObject({ state: 'open', draft: null, simulated: spec.simulated });
    expect(JSON.stringify(public_)).not.toContain(hiddenData.repositoryId);
    const [fact] = (await house.kernel.facts.about(callId, { limit: 10 })).filter(
      ({ kind }) => kind === 'scenarios.call_opened',
    );
    expect(fact?.body).toMatchObject({ frozenDigest: public_.frozenDigest });
  });

  it('takes a submission once, evaluates it twice, and shows hidden scores rounded', async () => {
    const callId = await opened();
    const teamId = await joined(callId);
    const first = await submit(teamId, { key: 'k1' });
    expect(first).toMatchObject({ state: 'evaluating', own: true, counted: true });
    expect((await submit(teamId, { key: 'k1' })).submissionId).toBe(first.submissionId);
    await expect(submit(teamId, { key: 'k1', k: 2 })).rejects.toMatchObject({
      code: 'scenarios.key_reused',
    });
    const { submissionId } = first;
    const requests = [...house.asked.values()].filter(({ basis }) => basis === submissionId);
    expect(requests.map(({ datasetKind, labels }) => [datasetKind, labels])).toEqual([
      ['public', digestOf('6')],
      ['hidden', digestOf('9')],
    ]);
    await house.finish(submissionId, { hidden: { score: 0.87654321 }, public: { score: 0.91234 } });
    const seen = await api().getSubmission({ submissionId }, vendor);
    expect(seen).toMatchObject({ state: 'scored', score: 0.877, rank: 1 });
    expect(seen.publicEvaluation?.score).toBe(0.91234);
    expect(seen.hiddenEvaluation).toMatchObject({
      score: 0.877,
      precision: null,
      eventsFound: null,
    });

    const overseen = await api().getSubmission({ submissionId }, owner);
    expect(overseen).toMatchObject({ own: false, score: 0.877, options: null, program: null });
    expect(overseen).toMatchObject({ name: null, submittedBy: null, publicEvaluation: null });
    for (const call of [lab, nobody]) {
      await expect(api().getSubmission({ submissionId }, call)).rejects.toMatchObject({
        category: expect.stringMatching(/missing|unauthenticated/),
      });
    }
    const listed = async (call: typeof vendor) => {
      const input = { callId, scope: 'all', sort: 'newest', limit: 50 } as const;
      return (await api().listSubmissions(input, call)).items.filter(({ baseline }) => !baseline);
    };
    expect(await listed(vendor)).toHaveLength(1);
    expect(await listed(owner)).toHaveLength(1);
    expect(await listed(operator)).toHaveLength(1);
    expect(await listed(lab)).toHaveLength(0);
  });

  it('counts attempts by the day in Shanghai, and none that the platform failed', async () => {
    // Ten in the morning in Shanghai, so that the hours below stay within one day.
    const morning = (26 * 3_600 - ((Date.parse(inSeconds(0)) / 1_000) % 86_400)) % 86_400;
    house.move(morning);
    const callId = await opened({ closesAt: inSeconds(900_000) });
    const teamId = await joined(callId);
    const left = async () => (await read(callId, vendor)).mine[0];
    const ids = [];
    for (let k = 0; k < 3; k += 1) ids.push((await submit(teamId, { k })).submissionId);
    expect(await left()).toMatchObject({ leftToday: 0, leftInAll: 2 });
    await expect(submit(teamId)).rejects.toMatchObject({ code: 'scenarios.attempts_day' });
    await house.finish(ids[0] ?? '', { hidden: { reason: 'isolation_failed' } });
    await house.finish(ids[1] ?? '', { hidden: { reason: 'out_of_memory' } });
    expect(await left()).toMatchObject({ leftToday: 1, leftInAll: 3 });
    const failed = await api().getSubmission({ submissionId: ids[1] ?? '' }, vendor);
    expect(failed).toMatchObject({
      state: 'failed',
      reason: { code: 'out_of_memory', ours: false },
    });

    // The watchdog ends what nobody finished, at no cost, and what comes later changes nothing.
    house.move(3 * 3_600);
    await house.settle();
    const late = await api().getSubmission({ submissionId: ids[2] ?? '' }, vendor);
    expect(late).toMatchObject({
      state: 'failed',
      reason: { code: 'evaluation_overdue', ours: true },
    });
    await house.finish(ids[2] ?? '', { hidden: { score: 1 } });
    expect((await api().getSubmission({ submissionId: ids[2] ?? '' }, vendor)).state).toBe(
      'failed',
    );
    house.move(24 * 3_600);
    for (let k = 0; k < 3; k += 1) await submit(teamId, { k });
    house.move(24 * 3_600);
    await submit(teamId);
    await expect(submit(teamId)).rejects.toMatchObject({ code: 'scenarios.attempts_all' });
  });

  it('has one team an organisation and one name a team', async () => {
    const callId = await opened();
    const teamId = await joined(callId);
    expect(await joined(callId)).toBe(teamId);
    await expect(joined(callId, vendor, '乙队')).rejects.toMatchObject({
      code: 'scenarios.team_exists',
    });
    await expect(joined(callId, lab, '甲队')).rejects.toMatchObject({
      code: 'scenarios.team_name_taken',
    });
    const joining = { callId, organisationId: 'org_vendor', name: '冒名' };
    await expect(api().joinCall(joining, lab)).rejects.toMatchObject({
      category: expect.stringMatching(/denied|missing/),
    });
    await expect(joined(callId, owner, '东道主')).rejects.toMatchObject({
      code: 'scenarios.owner_competes',
    });
    const other = await joined(callId, lab, '乙队');
    await api().withdrawTeam({ teamId: other }, lab);
    await submit(teamId);
    await expect(api().withdrawTeam({ teamId }, vendor)).rejects.toMatchObject({
      code: 'scenarios.team_submitted',
    });
  });

  it('lets a visitor compete in one call, from a baseline, with a team made on the way', async () => {
    const callId = await opened();
    const board = await api().getLeaderboard({ callId }, nobody);
    const baseline = board.rows[0]?.submissionId ?? '';
    const source = await api().getSubmission({ submissionId: baseline }, nobody);
    expect(source).toMatchObject({ baseline: true, options: { level: 3 } });
    const input = { callId, organisationId: 'org_lab', from: { submissionId: baseline } };
    const mine = await api().submitVariant({ ...input, options: { level: 4 } }, lab);
    expect(mine).toMatchObject({ teamName: 'name of org_lab', state: 'evaluating', own: true });
    await house.finish(baseline, { hidden: { score: 0.6 } });
    await house.finish(mine.submissionId, { hidden: { score: 0.7 } });
    const after = await api().getLeaderboard({ callId }, lab);
    expect(after.rows.map(({ rank, score, own }) => [rank, score, own])).toEqual([
      [1, 0.7, true],
      [null, 0.6, false],
    ]);
    expect(leaderboardCsv(after, 'en').split('\r\n')[1]).toMatch(/^1,name of org_lab,0,0\.700,/);
  });

  it('goes from close over review and notice to the award, and can be verified by a stranger', async () => {
    const callId = await opened();
    const [a, b] = [await joined(callId), await joined(callId, lab, '乙队')];
    const one = await submit(a);
    const two = await api().submit(
      { teamId: b, name: both('乙'), program: programs.b, options: {} },
      lab,
    );
    const board = () => api().getLeaderboard({ callId }, nobody);
    const baseline = (await board()).rows.find((row) => row.baseline)?.submissionId ?? '';
    await house.finish(baseline, { hidden: { score: 0.5, interval: { low: 0.4, high: 0.6 } } });
    await house.finish(one.submissionId, {
      hidden: { score: 0.71, interval: { low: 0.6, high: 0.8 } },
    });
    await expect(api().closeCall({ callId }, vendor)).rejects.toMatchObject({ category: 'denied' });
    expect((await api().closeCall({ callId }, owner)).state).toBe('closed');
    await expect(submit(a)).rejects.toMatchObject({ code: 'scenarios.call_state' });
    await house.settle();
    // One submission is still being evaluated, and nothing is committed to before it has ended.
    expect(await read(callId)).toMatchObject({ state: 'closed', evidence: false });
    await expect(api().getLeaderboardEvidence({ callId }, nobody)).rejects.toMatchObject({
      code: 'scenarios.evidence_before_close',
    });
    await house.finish(two.submissionId, {
      hidden: { score: 0.72, interval: { low: 0.65, high: 0.8 } },
    });
    await house.settle();
    const review = await read(callId);
    expect(review).toMatchObject({ state: 'review', evidence: true });
    expect(house.unsealed).toContain(one.submissionId);
    const rows = (await board()).rows;
    expect(rows[1]).toMatchObject({ rank: 2, notApartFrom: [two.submissionId], rankBefore: 1 });

    await decide(review.awardCaseId, 'approve');
    expect((await read(callId)).state).toBe('notice');
    house.move(6);
    await house.settle();
    expect((await read(callId)).state).toBe('decision');
    await decide(review.awardCaseId, 'return');
    expect((await read(callId)).state).toBe('notice');
    house.move(6);
    await house.settle();
    await decide(review.awardCaseId, 'approve');
    const awarded = await read(callId, nobody);
    expect(awarded).toMatchObject({
      state: 'awarded',
      award: { submissionId: two.submissionId, certificateId: `certificate of ${callId}` },
    });
    const moves = await api().listPositions({ callId, limit: 10 }, nobody);
    expect(moves.items.map(({ teamName, rank }) => `${teamName} ${rank}`).sort()).toEqual(
      ['乙队 1', '甲队 1', '甲队 2'].sort(),
    );

    const trust = { logKey: house.kernel.ledger.vkey, witnessKeys: [] };
    const file = await api().getLeaderboardEvidence({ callId }, nobody);
    const report = await verifyEvidence(JSON.stringify(file), trust);
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ ok: true, kind: 'leaderboard', unproven: [] });
    const text = JSON.stringify(file);
    const tampered = await verifyEvidence(text.replace('"score":0.72,', '"score":0.73,'), trust);
    expect(tampered.ok).toBe(false);
    const receipt = await api().getReceipt({ submissionId: two.submissionId }, lab);
    expect(await verifyEvidence(JSON.stringify(receipt), trust)).toMatchObject({
      ok: true,
      kind: 'receipt',
      unproven: [],
    });
  });

  it('leaves out no submission from what it commits to', async () => {
    const callId = await opened({ baselines: [] });
    const teamId = await joined(callId);
    const ids = [];
    for (const [k, score] of [0.4, 0.6, 0.5].entries()) {
      const { submissionId } = await submit(teamId, { k });
      await house.finish(submissionId, { hidden: { score } });
      ids.push(submissionId);
    }
    await api().closeCall({ callId }, owner);
    await house.settle();
    const file = await api().getLeaderboardEvidence({ callId }, nobody);
    const document = file.document as { rows: { submissionId: string; place: string }[] };
    expect(document.rows.map(({ place }) => place)).toEqual(['1', 'not counted', 'not counted']);
    expect(document.rows.map(({ submissionId }) => submissionId).sort()).toEqual(ids.sort());
  });

  it('stops with a reason: cases withdrawn, evaluations ended at no cost', async () => {
    const callId = await opened();
    const teamId = await joined(callId);
    const { submissionId } = await submit(teamId);
    const stop = (call: typeof vendor) => api().stopCall({ callId, reason: '数据有误' }, call);
    await expect(stop(vendor)).rejects.toMatchObject({ category: 'denied' });
    expect(await stop(operator)).toMatchObject({ state: 'stopped', stopReason: '数据有误' });
    await stop(owner);
    await house.settle();
    expect(await api().getSubmission({ submissionId }, vendor)).toMatchObject({
      state: 'failed',
      counted: false,
      reason: { code: 'call_stopped', ours: true },
    });
    await house.finish(submissionId, { hidden: { score: 1 } });
    expect((await read(callId, nobody)).state).toBe('stopped');
    expect(house.notices).toContain('scenarios.call_stopped');
    expect(house.stopped).toContain(submissionId);
  });

  it('goes back to its owner when it is approved too late', async () => {
    const { callId, version, hiddenData } = await drafted({ closesAt: inSeconds(60) });
    await api().updateCall({ callId, version, draft: { hiddenData } }, owner);
    const { publishCaseId } = await api().publishCall({ callId }, owner);
    house.move(61);
    await decide(publishCaseId, 'approve');
    expect(await read(callId, owner)).toMatchObject({
      state: 'draft',
      actions: expect.arrayContaining(['edit']),
    });
  });

  it('opens and closes on time, and stops where nobody can win', async () => {
    const callId = await opened({
      opensAt: inSeconds(60),
      closesAt: inSeconds(120),
      baselines: [],
    });
    expect((await read(callId)).state).toBe('scheduled');
    await expect(read(callId, vendor)).rejects.toMatchObject({ category: 'missing' });
    house.move(61);
    await house.settle();
    expect((await read(callId, vendor)).state).toBe('open');
    house.move(61);
    await house.settle();
    const ended = await read(callId, vendor);
    expect(ended).toMatchObject({ state: 'stopped', evidence: true });
    expect(ended.stopReason).toContain('没有可以中榜的应答');
  });

  it('shows the loop of the latest call on the home page', async () => {
    const callId = await opened();
    const teamId = await joined(callId);
    const { submissionId } = await submit(teamId);
    await house.finish(submissionId, { hidden: { score: 0.8 } });
    const home = await api().home({}, nobody);
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
    expect(home.simulated).toEqual(spec.simulated);
    expect(home.districts).toEqual([{ district: '310104', scenarios: expect.any(Number) }]);
  });

  it('lists, filters and pages', async () => {
    const filter = { sector: 'health', district: '310104', query: '传感器', limit: 2 };
    for (const sort of ['newest', 'closing'] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const given = { ...filter, sort, ...(cursor ? { cursor } : {}) };
        const page = await api().listCalls(given, nobody);
        seen.push(...page.items.map((item) => item.callId));
        cursor = page.nextCursor ?? undefined;
        if (!cursor) expect(seen).toHaveLength(page.total);
      } while (cursor);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(3);
    }
    const found = [];
    for await (const entry of house.searchEntries.readAll()) found.push(entry);
    expect(found.every(({ text, title }) => title.zh && text.includes('说明'))).toBe(true);
    expect(await house.searchEntries.read(found[0]?.id ?? '', house.kernel.db.read)).toEqual(
      found[0],
    );
    const draft = (await drafted()).callId;
    expect(await house.searchEntries.read(draft, house.kernel.db.read)).toBeNull();
    const none = await api().listCalls({ ...filter, sector: 'finance', sort: 'newest' }, nobody);
    expect(none).toMatchObject({ items: [], total: 0 });
    const scenarios = await api().listScenarios(
      { sort: 'newest', limit: 2, query: '场景' },
      nobody,
    );
    expect(scenarios.items).toHaveLength(2);
  });
});
