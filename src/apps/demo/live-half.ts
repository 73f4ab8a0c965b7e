import { ORPCError } from '@orpc/client';
import { pause } from '#kernel/service.ts';
import { type Actor, enterAs } from './actor.ts';
import { until } from './call.ts';
import type { MainJob } from './main-job.ts';
import type { Screen } from './screen.ts';
import { openService, type Service } from './service.ts';
import { compareWithLabels, connectTerminals, playSpan, readLiveSpan } from './stream.ts';
import { placeRule, placeTerminals } from './terminals.ts';
import { verifyFrom } from './verify-evidence.ts';

const never = new AbortController().signal;
const DESK_MS = 200;

export type LiveHalf = Awaited<ReturnType<typeof runLiveHalf>>;

/**
 * From certificate to a live service that is watched, paid for and can be stopped: the winner is deployed, the
 * span with the real events is played over MQTT, incidents are handled, usage is settled, and the stop is tried.
 */
export async function runLiveHalf(address: string, job: MainJob, screen: Screen) {
  const { owner, operator } = job;
  const auditor = await enterAs(address, 'auditor');
  const service = await openService(job, screen);
  const stream = await playAndHandle(job, service, screen);
  const replay = await screen.step('重放比对  replay served rows through the evaluator', (tell) =>
    replayed(operator, service.deploymentId, tell),
  );
  const settlement = await screen.step('结算  settle the usage', () => settle(owner, service));
  const indicators = await screen.step('指标与期结  close the period of the indicators', () =>
    count(operator, auditor, stream),
  );
  const stop = await screen.step('急停  try the stop', async (tell) => {
    const tried = await tryStop(owner, operator, service);
    tell(`${tried.effectiveMs} ms`);
    return tried;
  });
  const { deploymentId } = service;
  const { revisionDigest, environmentDigest } = await operator.client.serving.getDeployment({
    deploymentId,
  });
  return {
    ...{ tier: service.tier, stream, replay, settlement, indicators, stop },
    deployment: { deploymentId, revisionDigest, environmentDigest },
  };
}

type Stream = Awaited<ReturnType<typeof playAndHandle>>;

async function playAndHandle({ owner, operator }: MainJob, service: Service, screen: Screen) {
  const { client } = owner;
  const { buyerId, deploymentId } = service;
  const [terminals, span] = await screen.step('终端接入  connect the terminals', async () => [
    await placeTerminals(owner, buyerId),
    await readLiveSpan(),
  ]);
  const ruleId = await placeRule(owner, buyerId, deploymentId, terminals);
  const { createdAt } = await operator.client.serving.getDeployment({ deploymentId });
  const startMs = Date.parse(createdAt);
  const { mqtt } = await client.city.getCityStatus({});
  if (mqtt.address === null) throw new Error('the broker does not listen');
  const connected = await connectTerminals(mqtt.address, terminals);
  const desk = openDesk(owner, ruleId);
  const sent = await screen.step('回放真实事件  play the real events over MQTT', (tell) =>
    playSpan(span, connected, { startMs, tell: (count) => tell(`${count} 观测 observations`) }),
  );
  const stored = async () => {
    const things = await Promise.all(
      terminals.map(({ thingId }) => client.city.getThing({ thingId })),
    );
    return things.reduce((sum, { observations }) => sum + observations, 0);
  };
  await screen.step('事件处置  handle the incidents', async (tell) => {
    await until(async () => {
      const { health } = await client.city.getRule({ ruleId });
      return health.lag === 0 && (await stored()) >= sent;
    });
    tell(`${await desk.finish()} 起 incidents`);
  });
  for (const { client: terminal } of connected.values()) await terminal.endAsync();
  const incidents = await incidentsOf(owner, ruleId);
  const latencies = incidents.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  return {
    observationsSent: sent,
    observationsStored: await stored(),
    incidents: incidents.length,
    ...compareWithLabels(span, incidents, { terminals, startMs }),
    latencyMsP95: latencies[Math.ceil(latencies.length * 0.95) - 1] ?? 0,
  };
}

async function incidentsOf({ client }: Actor, ruleId: string) {
  const all = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.city.listIncidents({
      ruleId,
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    all.push(...page.items);
    if (page.nextCursor === null) return all;
    cursor = page.nextCursor;
  }
}

/**
 * Somebody at the incident desk, who confirms what each incident proposes, waits for the terminal's answer,
 * and says how it ended; `finish` waits until nothing is open and gives the number handled.
 */
function openDesk(owner: Actor, ruleId: string) {
  const { client } = owner;
  let handled = 0;
  let last = false;
  const attend = async () => {
    // A run that was killed may have left one resolved and not closed.
    const standing = await Promise.all(
      (['unfinished', 'resolved'] as const).map((state) =>
        client.city.listIncidents({ ruleId, state, limit: 100 }),
      ),
    );
    const items = standing.flatMap((page) => page.items);
    for (const { incidentId, state } of items) {
      if (state === 'open') await client.city.acknowledgeIncident({ incidentId });
      await finishCommands(owner, incidentId);
      const reason = '已校准终端，读数恢复可信。 The terminal was recalibrated.';
      if (state !== 'resolved') {
        await client.city.resolveIncident({ incidentId, outcome: 'handled', reason });
      }
      await client.city.closeIncident({ incidentId });
      handled += 1;
    }
    return items.length;
  };
  const running = (async () => {
    for (;;) {
      const closing = last;
      if ((await attend()) === 0 && closing) return handled;
      await pause(DESK_MS, never);
    }
  })();
  // Its end is awaited by `finish`; until then a failure is nobody's.
  running.catch(() => {});
  return {
    finish() {
      last = true;
      return running;
    },
  };
}

async function finishCommands({ client }: Actor, incidentId: string): Promise<void> {
  const { items } = await client.city.listCommands({ incidentId, limit: 10 });
  for (const { commandId, state } of items) {
    if (state === 'proposed') await client.city.confirmCommand({ commandId });
    await until(async () => {
      const { state: now } = await client.city.getCommand({ commandId });
      return ['done', 'failed', 'expired', 'refused'].includes(now);
    });
  }
}

async function replayed({ client }: Actor, deploymentId: string, tell: (detail: string) => void) {
  const { replayId } = await client.serving.replayDeployment({ deploymentId });
  for (;;) {
    const { state, inputs, differences } = await client.serving.getReplay({
      deploymentId,
      replayId,
    });
    tell(`${inputs} 行 rows, ${differences} 处不同 differences`);
    if (state === 'failed') throw new Error(`the replay ${replayId} failed`);
    if (state === 'done') return { inputs, differences };
    await pause(DESK_MS, never);
  }
}

/** Settles what was used and verifies the statement offline, from its evidence alone. */
async function settle(owner: Actor, { agreementId }: Service) {
  const { client } = owner;
  await client.exchange.settle({ agreementId });
  const { calls, amountMinor, entriesSum } = await client.exchange.getStatement({ agreementId });
  const { report } = await verifyFrom(owner, () =>
    client.exchange.getStatementEvidence({ agreementId }),
  );
  return { calls, amountMinor, entriesSum, verified: report.ok };
}

/** Closes the period, and has an auditor recompute each number that the platform counted of itself. */
async function count(operator: Actor, auditor: Actor, stream: Stream) {
  const { client } = auditor;
  const list = () => client.observatory.listIndicators({ source: 'platform', limit: 100 });
  // What is counted follows what happens by some seconds.
  await until(async () => {
    const totals = new Map(
      (await list()).items.map(({ indicatorId, total }) => [indicatorId, total]),
    );
    const observations = totals.get('observations-stored') ?? 0;
    const incidents = totals.get('incidents-closed') ?? 0;
    return observations >= stream.observationsStored && incidents >= stream.incidents;
  });
  const open = await operator.client.observatory.listPeriods({ state: 'open', limit: 100 });
  for (const { period } of open.items) await operator.client.observatory.closePeriod({ period });
  const { items } = await list();
  const indicators = [];
  for (const { indicatorId, latest } of items) {
    if (latest === null || !latest.final) continue;
    const { period, value } = latest;
    const { report } = await verifyFrom(auditor, () =>
      client.observatory.getIndicatorEvidence({ indicatorId, period }),
    );
    indicators.push({ id: indicatorId, period, value, verified: report.ok });
  }
  return indicators;
}

/** Whether a call was refused because of the stop; any other failure is one of the demonstration. */
async function isStopped(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (error instanceof ORPCError && error.code === 'serving.stopped') return true;
    throw error;
  }
}

/** Stops the deployment while it is called, and measures until the first call is refused. */
async function tryStop(owner: Actor, operator: Actor, service: Service) {
  const { deploymentId, buyerId } = service;
  const target = { type: 'serving.deployment' as const, id: deploymentId };
  const row = { row: 1, time_s: 0, mote_id: 1, indoor: 0, humidity: 50, temperature: 20 };
  let calls = 0;
  const call = () => {
    calls += 1;
    const requestId = `stop-trial-${Date.now()}-${calls}`;
    const session = 'stop-trial';
    return owner.client.serving.infer({
      ...{ deploymentId, session, rows: [row], requestId, callerId: buyerId },
    });
  };
  await call();
  const began = performance.now();
  await operator.client.governance.stop({
    target,
    reason: '演示：试一次急停。 Demonstration: the stop is tried.',
  });
  const acknowledged = performance.now();
  while (!(await isStopped(call())));
  const effectiveMs = Math.round(performance.now() - began);
  const acknowledgedMs = Math.round(acknowledged - began);
  await operator.client.governance.release({
    target,
    reason: '演示：急停有效，恢复服务。 Demonstration: it held; the service goes on.',
  });
  return { effectiveMs, acknowledgedMs };
}
