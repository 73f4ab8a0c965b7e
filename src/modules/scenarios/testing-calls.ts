import type { Database } from '#kernel/db.ts';
import { callAs } from '#kernel/testing-calls.ts';
import type { CallSpec } from './entities.ts';
import { digestOf, openHouse } from './testing.ts';

export const owner = callAs('party_owner', { memberOf: 'org_hospital' });
export const vendor = callAs('party_vendor', { memberOf: 'org_vendor' });
export const lab = callAs('party_lab', { memberOf: 'org_lab' });
export const operator = callAs('party_operator', {
  memberOf: 'org_platform',
  roles: ['operator'],
});
export const both = (zh: string, en = zh) => ({ zh, en });

type House = Awaited<ReturnType<typeof openHouse>>;

/** A house with a hospital, a vendor and a laboratory, and all that a call refers to. */
export async function openCalls(db: Database) {
  const house = await openHouse(db);
  await db.transaction(async (tx) => {
    for (const id of ['org_hospital', 'org_vendor', 'org_lab']) {
      const party = { type: 'party', id, owner: id, audience: 'members' as const };
      await house.kernel.access.register(tx, party);
    }
  });
  const { spec, programs } = shelve(house);
  const api = house.scenarios;
  const inSeconds = (seconds: number) =>
    new Date(house.kernel.clock.now().getTime() + seconds * 1_000).toISOString();

  /** A draft in which only the hidden data are missing. */
  async function drafted(changes: Partial<CallSpec> = {}) {
    const { scenarioId } = await api.createScenario(
      {
        ...{ ownerId: 'org_hospital', title: both('场景'), summary: both('摘要') },
        ...{ sector: 'health', district: '310104' },
      },
      owner,
    );
    const closesAt = inSeconds(3_600);
    const { hiddenData, ...rest } = { ...spec, closesAt, ...changes };
    const { callId, version } = await api.createCall({ scenarioId, draft: rest }, owner);
    return { callId, version, hiddenData, scenarioId };
  }

  async function decide(caseId: string | null, decision: 'approve' | 'return' | 'reject') {
    const { stepId } = await house.cases.getCase({ caseId: caseId ?? '' }, operator);
    await house.cases.decideStep({ stepId: stepId ?? '', decision, reason: '理由' }, operator);
    await house.settle();
  }

  return {
    ...{ house, api, spec, programs, inSeconds, drafted, decide },
    read: (callId: string, call = operator) => api.getCall({ callId }, call),
    async opened(changes: Partial<CallSpec> = {}) {
      const { callId, version, hiddenData } = await drafted(changes);
      await api.updateCall({ callId, version, draft: { hiddenData } }, owner);
      const { publishCaseId } = await api.publishCall({ callId }, owner);
      await decide(publishCaseId, 'approve');
      return callId;
    },
    async joined(callId: string, call = vendor, name = '甲队') {
      const organisationId = call.principal.memberships[0]?.organisation ?? '';
      return (await api.joinCall({ callId, organisationId, name }, call)).teamId;
    },
    submit: (teamId: string, more: { key?: string; k?: number } = {}) =>
      api.submit(
        {
          ...{ teamId, name: both('算法'), program: programs.a, options: { k: more.k ?? 1 } },
          ...(more.key ? { idempotencyKey: more.key } : {}),
        },
        vendor,
      ),
  };
}

function shelve({ hub }: House) {
  const tables = (features: string, labels: string) => ({
    'f.csv': digestOf(features),
    'l.csv': digestOf(labels),
  });
  const paths = { featuresPath: 'f.csv', labelsPath: 'l.csv' };
  const shown = hub.put('dataset', digestOf('4'), tables('5', '6'));
  const hidden = hub.put('dataset', digestOf('7'), tables('8', '9'), 'owner');
  const scorer = hub.put('program', digestOf('a'), { 'score.mjs': digestOf('b') });
  const programs = {
    a: hub.put('algorithm', digestOf('c'), { 'main.mjs': digestOf('d') }),
    b: hub.put('algorithm', digestOf('e'), { 'main.py': digestOf('d') }),
    base: hub.put('algorithm', digestOf('f'), { 'main.mjs': digestOf('0') }),
  };
  const spec: CallSpec = {
    title: both('传感器异常检测', 'Sensor anomalies'),
    page: both('# 说明'),
    rules: both('规则'),
    publicData: { ...shown, ...paths },
    hiddenData: { ...hidden, ...paths },
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
    closesAt: '2099-01-01T00:00:00.000Z',
    notice: { seconds: 5 },
    baselines: [{ name: both('固定阈值'), ...programs.base, options: { level: 3 } }],
    simulated: both('回放数据，非上海实测', 'Replayed data, not measured in Shanghai'),
  };
  return { spec, programs };
}
