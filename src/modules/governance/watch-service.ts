import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import { pause, type Service } from '#kernel/service.ts';
import { type Breach, breachesOf } from './breaches.ts';
import type { Measure, Readings } from './entities.ts';
import type { Uses } from './module-uses.ts';
import { ownCall } from './own-call.ts';
import { setStop } from './stops.ts';
import * as watches from './store-watches.ts';
import { announceWatch } from './watches.ts';

const BATCH = 100;
const HOUR_MS = 3_600_000;
const SIGNALS_KEPT_MS = 24 * HOUR_MS;

/** Looks at every watched deployment again and again, as `service:governance`. */
export function createWatchService(uses: Uses): Service {
  const { kernel, options } = uses;
  return {
    name: 'governance.watch',
    async run(signal) {
      while (!signal.aborted) {
        try {
          await lookAtAll(uses, signal);
        } catch (error) {
          if (!signal.aborted) kernel.log.error({ error }, 'deployments could not be watched');
        }
        await pause(options.GOVERNANCE_WATCH_SECONDS * 1_000, signal);
      }
    },
  };
}

/** One look at every watched deployment; one that cannot be looked at keeps no other from it. */
export async function lookAtAll(uses: Uses, signal: AbortSignal): Promise<void> {
  const { kernel } = uses;
  let after = '';
  for (;;) {
    const ids = await watches.watchedAfter(kernel.db.read, after, BATCH);
    for (const deploymentId of ids) {
      if (signal.aborted) return;
      try {
        await lookAt(deploymentId, uses);
      } catch (error) {
        kernel.log.error({ error, deploymentId }, 'a deployment could not be watched');
      }
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < BATCH) break;
    after = last;
  }
  const before = new Date(kernel.clock.now().getTime() - SIGNALS_KEPT_MS);
  await kernel.db.transaction((tx) => watches.forgetSignals(tx, before));
}

async function lookAt(deploymentId: string, uses: Uses): Promise<void> {
  const { kernel, serving, options } = uses;
  const found = await serving.readHealth(deploymentId);
  if (found === null || found.state === 'ended' || found.state === 'failed') {
    await kernel.db.transaction(async (tx) => {
      await watches.closeWatch(tx, deploymentId, kernel.clock.now());
      announceWatch(tx, deploymentId, uses);
    });
    return;
  }
  const { rowsAnswered, errors, flaggedShare } = found.health;
  const asked = rowsAnswered + errors;
  await kernel.db.transaction(async (tx) => {
    const watch = await watches.takeWatch(tx, deploymentId);
    if (!watch) return;
    const at = kernel.clock.now();
    const since = new Date(at.getTime() - HOUR_MS);
    const readings: Readings = {
      rowsAnswered,
      errorRate: asked === 0 ? 0 : errors / asked,
      flaggedShare,
      incidentsPerHour: await watches.countSignals(tx, deploymentId, since),
    };
    await watches.recordReadings(tx, deploymentId, { readings, at });
    const rowsMin = options.GOVERNANCE_WATCH_ROWS_MIN;
    const breaches = breachesOf(readings, watch.thresholds, { rowsMin });
    const lasting = await watches.lastingWarnings(tx, deploymentId);
    const over = lasting.filter(({ measure }) => !breaches.some((one) => one.measure === measure));
    for (const { id } of over) await watches.endWarning(tx, id, at);
    const begun = breaches.filter(
      ({ measure }) => !lasting.some((warning) => warning.measure === measure),
    );
    const stops = watch.stops && found.state !== 'stopped';
    for (const breach of begun) await warn(tx, { deploymentId, breach, stops, at }, uses);
    if (over.length > 0 || begun.length > 0) announceWatch(tx, deploymentId, uses);
  });
}

// A warning lasts until its measure is back within bounds. So a breach stops once: what a person then releases is
// not stopped again by what that person knew.
async function warn(
  tx: Executor,
  begin: { deploymentId: string; breach: Breach; stops: boolean; at: Date },
  uses: Uses,
): Promise<void> {
  const { kernel } = uses;
  const { deploymentId, breach, stops, at } = begin;
  const call = ownCall();
  const warningId = kernel.ids('warning');
  const said = sentenceOf(breach);
  const target = { type: 'serving.deployment' as const, id: deploymentId };
  const reason = `${said.zh} ${said.en}`;
  const stopId = stops ? await setStop(tx, { target, reason }, uses, call) : null;
  await watches.insertWarning(tx, {
    ...{ id: warningId, deployment_id: deploymentId, ...breach },
    ...{ stop_id: stopId, raised_at: at },
  });
  await kernel.facts.append(tx, {
    kind: 'governance.warning_raised',
    subject: deploymentId,
    actor: call.principal.id,
    body: { warningId, deploymentId, ...breach, stopped: stopId !== null },
  });
  await uses.notify(tx, {
    to: { role: 'operator' },
    kind: 'governance.warning_raised',
    title: {
      zh: stopId ? '监测：已自动急停' : '监测：超出阈值',
      en: stopId ? 'Watch: stopped by itself' : 'Watch: beyond a threshold',
    },
    body: said,
    link: `/governance/watches/${deploymentId}`,
    basis: warningId,
  });
}

const measureWords: Record<Measure, Words> = {
  error_rate: { zh: '错误率高于上限', en: 'the error rate is above its limit' },
  flagged_low: { zh: '标记比例低于下限', en: 'the flagged share is below its limit' },
  flagged_high: { zh: '标记比例高于上限', en: 'the flagged share is above its limit' },
  incidents: { zh: '每小时事件数高于上限', en: 'incidents an hour are above their limit' },
};

function sentenceOf({ measure, value, threshold }: Breach): Words {
  const { zh, en } = measureWords[measure];
  const shown = measure === 'incidents' ? String : (one: number) => `${(one * 100).toFixed(1)}%`;
  const [now, limit] = [shown(value), shown(threshold)];
  return {
    zh: `监测发现${zh}：现为 ${now}，阈值 ${limit}。`,
    en: `The watch found that ${en}: ${now} against ${limit}.`,
  };
}
