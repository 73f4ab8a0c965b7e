import { scoreOptions } from '#examples/sensor-anomaly/settings.ts';
import type { Words } from '#kernel/entities.ts';
import { pause } from '#kernel/service.ts';
import { type Actor, organisationOf } from './actor.ts';
import { type Published, publishProgram, readCallText } from './publish.ts';

export const simulated = {
  zh: '回放数据，故障为注入，非上海实测',
  en: 'Replayed data with injected faults; not measured in Shanghai',
};
/** A call that stays open, for visitors to compete in. */
export const practiceTitle = {
  zh: '环境传感器异常检测·练习榜',
  en: 'Anomaly detection for environment sensors: practice',
};

export const scenarioTitle = {
  zh: '环境传感器异常检测',
  en: 'Anomaly detection for environment sensors',
};

const never = new AbortController().signal;
const MINUTE = 60_000;
const NOTICE_SECONDS = 4;

type Material = { publicData: Published; hiddenData: Published; scorer: Published };

/** The call of a title in the scenario of the demonstration, drafted if need be; its id. */
export async function draftCall(owner: Actor, material: Material, title: Words): Promise<string> {
  const { client } = owner;
  const ownerId = organisationOf(owner);
  const scenarios = await client.scenarios.listScenarios({ ownerId, limit: 100 });
  const scenario =
    scenarios.items.find(({ title }) => title.zh === scenarioTitle.zh) ??
    (await client.scenarios.createScenario({
      ownerId,
      title: scenarioTitle,
      summary: {
        zh: '环境传感器会在无人察觉时失灵。求一种算法，在 90 秒内发现失灵，并少误报。',
        en: 'Environment sensors fail without anybody noticing. Wanted: an algorithm that finds a failure within 90 seconds and raises few false alarms.',
      },
      sector: 'environment',
      district: '310151',
    }));
  const { scenarioId } = scenario;
  const calls = await client.scenarios.listCalls({ scenarioId, limit: 100 });
  const standing = calls.items.find(
    (call) => call.title.zh === title.zh && call.state !== 'stopped',
  );
  if (standing) return standing.callId;
  const files = { featuresPath: 'features.csv', labelsPath: 'labels.csv' };
  const created = await client.scenarios.createCall({
    scenarioId,
    draft: {
      title,
      page: await readCallText('page'),
      rules: await readCallText('rules'),
      publicData: { ...material.publicData, ...files },
      hiddenData: { ...material.hiddenData, ...files },
      scorer: { ...material.scorer, entry: 'main.mjs' },
      scorerOptions: scoreOptions,
      metric: { name: { zh: '事件级 F1', en: 'Event-wise F1' }, direction: 'higher', precision: 3 },
      counts: 'best',
      limits: {
        submissionsPerTeamPerDay: 50,
        submissionsPerTeamMax: 500,
        job: { wallSeconds: 120, cpuSeconds: 60, memoryBytes: 512 * 1024 * 1024 },
      },
      opensAt: null,
      closesAt: new Date(Date.now() + 30 * 24 * 60 * MINUTE).toISOString(),
      notice: { seconds: NOTICE_SECONDS },
      baselines: [],
      simulated,
    },
  });
  return created.callId;
}

/** Asks for publication, and has the operator approve it. */
export async function openCall(owner: Actor, operator: Actor, callId: string): Promise<void> {
  let call = await owner.client.scenarios.getCall({ callId });
  if (!['draft', 'approval'].includes(call.state)) return;
  if (call.state === 'draft') call = await owner.client.scenarios.publishCall({ callId });
  await decide(
    operator,
    call.publishCaseId,
    'approval',
    '材料齐备，规则明确。 Complete and clear.',
  );
  await until(async () => (await owner.client.scenarios.getCall({ callId })).state === 'open');
}

/** Decides the open step of a case if it is the named one. */
export async function decide(
  actor: Actor,
  caseId: string | null,
  step: string,
  reason: string,
): Promise<void> {
  if (!caseId) return;
  const found = await actor.client.cases.getCase({ caseId });
  if (found.step !== step || !found.stepId) return;
  await actor.client.cases.decideStep({ stepId: found.stepId, decision: 'approve', reason });
}

export type Entry = { name: string; team: string; options: Record<string, number> };

/** Publishes a method and submits it for its team; the same entry again is the same submission. */
export async function submitEntry(vendor: Actor, callId: string, entry: Entry): Promise<void> {
  const { client } = vendor;
  const organisationId = await organisationNamed(vendor, entry.team);
  const program = await publishProgram(vendor, organisationId, entry.name);
  const teams = await client.scenarios.listTeams({ callId, query: entry.team, limit: 100 });
  const { teamId } =
    teams.items.find(({ organisationId: id }) => id === organisationId) ??
    (await client.scenarios.joinCall({ callId, organisationId, name: entry.team }));
  const { repositoryId, revisionDigest, entry: file, title } = program;
  await client.scenarios.submit({
    teamId,
    name: title,
    program: { repositoryId, revisionDigest, entry: file },
    options: entry.options,
    idempotencyKey: `demo:${entry.name}`,
  });
}

/** The owner's own simple methods, marked and unranked. */
export async function submitBaseline(owner: Actor, callId: string, name: string): Promise<void> {
  const program = await publishProgram(owner, organisationOf(owner), name);
  const { repositoryId, revisionDigest, entry, title } = program;
  await owner.client.scenarios.submitBaseline({
    callId,
    name: title,
    program: { repositoryId, revisionDigest, entry },
    options: {},
    idempotencyKey: `demo:${name}`,
  });
}

async function organisationNamed(vendor: Actor, name: string): Promise<string> {
  const { memberships } = await vendor.client.parties.me({});
  const standing = memberships.find(({ organisationName }) => organisationName === name);
  if (standing) return standing.organisationId;
  const description = '演示用主体，虚构。 Invented for the demonstration.';
  return (await vendor.client.parties.createOrganisation({ name, description })).id;
}

/** Waits for what another part of the platform does in its own time; gives up after five minutes. */
export async function until(
  done: () => Promise<boolean>,
  tell: () => void = () => {},
): Promise<void> {
  const limit = Date.now() + 5 * MINUTE;
  while (!(await done())) {
    if (Date.now() > limit) throw new Error('the platform did not finish within five minutes');
    tell();
    await pause(150, never);
  }
}
