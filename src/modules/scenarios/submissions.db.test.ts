import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { nobody } from '#kernel/testing-calls.ts';
import { verifyEvidence } from '#verify/verify.ts';
import { leaderboardCsv } from './leaderboard-csv.ts';
import { digestOf } from './testing.ts';
import { both, lab, openCalls, operator, owner, vendor } from './testing-calls.ts';

describe.each(testDatabases())('submissions on $engine', ({ open }) => {
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

  it('takes a submission once, evaluates it twice, and shows hidden scores rounded', async () => {
    const callId = await the.opened();
    const teamId = await the.joined(callId);
    const first = await the.submit(teamId, { key: 'k1' });
    expect(first).toMatchObject({ state: 'evaluating', own: true, counted: true });
    expect((await the.submit(teamId, { key: 'k1' })).submissionId).toBe(first.submissionId);
    await expect(the.submit(teamId, { key: 'k1', k: 2 })).rejects.toMatchObject({
      code: 'scenarios.key_reused',
    });
    const { submissionId } = first;
    const requests = [...the.house.asked.values()].filter(({ basis }) => basis === submissionId);
    expect(requests.map(({ datasetKind, labels }) => [datasetKind, labels])).toEqual([
      ['public', digestOf('6')],
      ['hidden', digestOf('9')],
    ]);
    await the.house.finish(submissionId, {
      hidden: { score: 0.87654321 },
      public: { score: 0.91234 },
    });
    const seen = await the.api.getSubmission({ submissionId }, vendor);
    expect(seen).toMatchObject({ state: 'scored', score: 0.877, rank: 1 });
    expect(seen.publicEvaluation?.score).toBe(0.91234);
    expect(seen.hiddenEvaluation).toMatchObject({
      score: 0.877,
      precision: null,
      eventsFound: null,
    });

    const overseen = await the.api.getSubmission({ submissionId }, owner);
    expect(overseen).toMatchObject({ own: false, score: 0.877, options: null, program: null });
    expect(overseen).toMatchObject({ name: null, submittedBy: null, publicEvaluation: null });
    for (const call of [lab, nobody]) {
      await expect(the.api.getSubmission({ submissionId }, call)).rejects.toMatchObject({
        category: expect.stringMatching(/missing|unauthenticated/),
      });
    }
    const listed = async (call: typeof vendor) => {
      const input = { callId, scope: 'all', sort: 'newest', limit: 50 } as const;
      return (await the.api.listSubmissions(input, call)).items.filter(({ baseline }) => !baseline);
    };
    expect(await listed(vendor)).toHaveLength(1);
    expect(await listed(owner)).toHaveLength(1);
    expect(await listed(operator)).toHaveLength(1);
    expect(await listed(lab)).toHaveLength(0);
  });

  it('counts attempts by the day in Shanghai, and none that the platform failed', async () => {
    // Ten in the morning in Shanghai, so that the hours below stay within one day.
    const morning = (26 * 3_600 - ((Date.parse(the.inSeconds(0)) / 1_000) % 86_400)) % 86_400;
    the.house.move(morning);
    const callId = await the.opened({ closesAt: the.inSeconds(900_000) });
    const teamId = await the.joined(callId);
    const left = async () => (await the.read(callId, vendor)).mine[0];
    const ids = [];
    for (let k = 0; k < 3; k += 1) ids.push((await the.submit(teamId, { k })).submissionId);
    expect(await left()).toMatchObject({ leftToday: 0, leftInAll: 2 });
    await expect(the.submit(teamId)).rejects.toMatchObject({ code: 'scenarios.attempts_day' });
    await the.house.finish(ids[0] ?? '', { hidden: { reason: 'isolation_failed' } });
    await the.house.finish(ids[1] ?? '', { hidden: { reason: 'out_of_memory' } });
    expect(await left()).toMatchObject({ leftToday: 1, leftInAll: 3 });
    const failed = await the.api.getSubmission({ submissionId: ids[1] ?? '' }, vendor);
    expect(failed).toMatchObject({
      state: 'failed',
      reason: { code: 'out_of_memory', ours: false },
    });

    // The watchdog ends what nobody finished, at no cost, and what comes later changes nothing.
    the.house.move(3 * 3_600);
    await the.house.settle();
    const late = await the.api.getSubmission({ submissionId: ids[2] ?? '' }, vendor);
    expect(late).toMatchObject({
      state: 'failed',
      reason: { code: 'evaluation_overdue', ours: true },
    });
    await the.house.finish(ids[2] ?? '', { hidden: { score: 1 } });
    expect((await the.api.getSubmission({ submissionId: ids[2] ?? '' }, vendor)).state).toBe(
      'failed',
    );
    the.house.move(24 * 3_600);
    for (let k = 0; k < 3; k += 1) await the.submit(teamId, { k });
    the.house.move(24 * 3_600);
    await the.submit(teamId);
    await expect(the.submit(teamId)).rejects.toMatchObject({ code: 'scenarios.attempts_all' });
  });

  it('lets a visitor compete in one call, from a baseline, with a team made on the way', async () => {
    const callId = await the.opened();
    const board = await the.api.getLeaderboard({ callId }, nobody);
    const baseline = board.rows[0]?.submissionId ?? '';
    const source = await the.api.getSubmission({ submissionId: baseline }, nobody);
    expect(source).toMatchObject({ baseline: true, options: { level: 3 } });
    const input = { callId, organisationId: 'org_lab', from: { submissionId: baseline } };
    const mine = await the.api.submitVariant({ ...input, options: { level: 4 } }, lab);
    expect(mine).toMatchObject({ teamName: 'name of org_lab', state: 'evaluating', own: true });
    await the.house.finish(baseline, { hidden: { score: 0.6 } });
    await the.house.finish(mine.submissionId, { hidden: { score: 0.7 } });
    const after = await the.api.getLeaderboard({ callId }, lab);
    expect(after.rows.map(({ rank, score, own }) => [rank, score, own])).toEqual([
      [1, 0.7, true],
      [null, 0.6, false],
    ]);
    expect(leaderboardCsv(after, 'en').split('\r\n')[1]).toMatch(/^1,name of org_lab,0,0\.700,/);
  });

  it('goes from close over review and notice to the award, and can be verified by a stranger', async () => {
    const callId = await the.opened();
    const [a, b] = [await the.joined(callId), await the.joined(callId, lab, '乙队')];
    const one = await the.submit(a);
    const two = await the.api.submit(
      { teamId: b, name: both('乙'), program: the.programs.b, options: {} },
      lab,
    );
    const board = () => the.api.getLeaderboard({ callId }, nobody);
    const baseline = (await board()).rows.find((row) => row.baseline)?.submissionId ?? '';
    await the.house.finish(baseline, { hidden: { score: 0.5, interval: { low: 0.4, high: 0.6 } } });
    await the.house.finish(one.submissionId, {
      hidden: { score: 0.71, interval: { low: 0.6, high: 0.8 } },
    });
    await expect(the.api.closeCall({ callId }, vendor)).rejects.toMatchObject({
      category: 'denied',
    });
    expect((await the.api.closeCall({ callId }, owner)).state).toBe('closed');
    await expect(the.submit(a)).rejects.toMatchObject({ code: 'scenarios.call_state' });
    await the.house.settle();
    // One submission is still being evaluated, and nothing is committed to before it has ended.
    expect(await the.read(callId)).toMatchObject({ state: 'closed', evidence: false });
    await expect(the.api.getLeaderboardEvidence({ callId }, nobody)).rejects.toMatchObject({
      code: 'scenarios.evidence_before_close',
    });
    await the.house.finish(two.submissionId, {
      hidden: { score: 0.72, interval: { low: 0.65, high: 0.8 } },
    });
    await the.house.settle();
    const review = await the.read(callId);
    expect(review).toMatchObject({ state: 'review', evidence: true });
    expect(the.house.unsealed).toContain(one.submissionId);
    const rows = (await board()).rows;
    expect(rows[1]).toMatchObject({ rank: 2, notApartFrom: [two.submissionId], rankBefore: 1 });

    await the.decide(review.awardCaseId, 'approve');
    expect((await the.read(callId)).state).toBe('notice');
    the.house.move(6);
    await the.house.settle();
    const deciding = await the.read(callId);
    expect(deciding.state).toBe('decision');
    // Reading the ledger again from its beginning moves nothing.
    await the.house.replay('scenarios.cases');
    expect(await the.read(callId)).toEqual(deciding);
    await the.decide(review.awardCaseId, 'return');
    expect((await the.read(callId)).state).toBe('notice');
    the.house.move(6);
    await the.house.settle();
    await the.decide(review.awardCaseId, 'approve');
    const awarded = await the.read(callId, nobody);
    expect(awarded).toMatchObject({
      state: 'awarded',
      award: { submissionId: two.submissionId, certificateId: `certificate of ${callId}` },
    });
    const moves = await the.api.listPositions({ callId, limit: 10 }, nobody);
    expect(moves.items.map(({ teamName, rank }) => `${teamName} ${rank}`).sort()).toEqual(
      ['乙队 1', '甲队 1', '甲队 2'].sort(),
    );

    const trust = { logKey: the.house.kernel.ledger.vkey, witnessKeys: [] };
    const file = await the.api.getLeaderboardEvidence({ callId }, nobody);
    const report = await verifyEvidence(JSON.stringify(file), trust);
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ ok: true, kind: 'leaderboard', unproven: [] });
    const text = JSON.stringify(file);
    const tampered = await verifyEvidence(text.replace('"score":0.72,', '"score":0.73,'), trust);
    expect(tampered.ok).toBe(false);
    const receipt = await the.api.getReceipt({ submissionId: two.submissionId }, lab);
    expect(await verifyEvidence(JSON.stringify(receipt), trust)).toMatchObject({
      ok: true,
      kind: 'receipt',
      unproven: [],
    });
  });

  it('leaves out no submission from what it commits to', async () => {
    const callId = await the.opened({ baselines: [] });
    const teamId = await the.joined(callId);
    const ids = [];
    for (const [k, score] of [0.4, 0.6, 0.5].entries()) {
      const { submissionId } = await the.submit(teamId, { k });
      await the.house.finish(submissionId, { hidden: { score } });
      ids.push(submissionId);
    }
    await the.api.closeCall({ callId }, owner);
    await the.house.settle();
    const file = await the.api.getLeaderboardEvidence({ callId }, nobody);
    const document = file.document as { rows: { submissionId: string; place: string }[] };
    expect(document.rows.map(({ place }) => place)).toEqual(['1', 'not counted', 'not counted']);
    expect(document.rows.map(({ submissionId }) => submissionId).sort()).toEqual(ids.sort());
  });
});
