import { Failure } from '#kernel/errors.ts';
import { type Call, serviceCall } from '#kernel/principal.ts';
import { createBell, pause, type Service } from '#kernel/service.ts';
import { raiseIncidents } from '../incidents/raise-incident.ts';
import type { Uses } from '../operations-uses.ts';
import { askDeployment } from './ask-deployment.ts';
import { createReader, type Reader } from './observation-reader.ts';
import { type Batch, type Finding, judgeBatch, takeBatch } from './rule-batch.ts';
import { needsOfRule, type RuleNeeds } from './rule-needs.ts';
import * as store from './rule-store.ts';
import { ownJudgement } from './rule-verdict.ts';

const POLL_MS = 1_000;
/** A place that only passed over observations of other rules is written this often. */
const UNWRITTEN_MS = 1_000;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 30_000;
const LEASE_MS = 30_000;
/** Attempts after which the owner is told that a rule stands still. */
const TOLD_AFTER = 3;

export type RuleEngine = Service & { ring(): void; step(ruleId: string): Promise<Stepped> };

/** `idle`: nothing left to look at; `more`: there may be; `held`: stopped, or another server is at it. */
type Stepped = 'idle' | 'more' | 'held';

/** How far this server has looked beyond the place that is written. */
type Seen = { position: string | null; scanned: string | null; writtenAt: number };

type Engine = { uses: Uses; reader: Reader; seen: Map<string, Seen>; holder: string };

/**
 * Rules read the stored observations each with a cursor of its own, so that one that fails holds up no other. The
 * cursor moves in the transaction that acts: no observation is passed over, and none is acted on twice, whatever
 * is killed. A rule of a deployment first holds the span that it will ask about, so that whoever takes over
 * asks the very same and gets the same answers.
 */
export function createRuleEngine(uses: Uses): RuleEngine {
  const { kernel, things, serving, options } = uses;
  const bell = createBell();
  const holder = kernel.ids('engine');
  const engine: Engine = { uses, reader: createReader(things), seen: new Map(), holder };
  return {
    name: 'city.rules',
    ring: bell.ring,
    step: (ruleId) => step(ruleId, engine, serviceCall('city', new AbortController().signal)),
    async run(signal) {
      let rings = 0;
      const ring = () => {
        rings += 1;
        engine.reader.refresh();
        bell.ring();
      };
      const ends = [things.onStored(ring), serving.stops.onChange(ring)];
      const running = new Map<string, Promise<void>>();
      try {
        while (!signal.aborted) {
          for (const { id } of await activeRules(uses)) {
            if (running.has(id)) continue;
            const before = rings;
            const work = advance(id, engine, signal).finally(() => {
              running.delete(id);
              // What came while it was at work may have come after its last look.
              if (rings !== before) bell.ring();
            });
            running.set(id, work);
          }
          await pause(options.CITY_RULE_INTERVAL_MS, signal);
          await bell.sleep(POLL_MS, signal);
          engine.reader.refresh();
        }
      } finally {
        for (const end of ends) end();
        await Promise.all(running.values());
      }
    },
  };
}

async function activeRules({ kernel }: Uses): Promise<{ id: string }[]> {
  try {
    return await store.activeRules(kernel.db.read);
  } catch (error) {
    kernel.log.error({ error }, 'the rules could not be read');
    return [];
  }
}

/** Takes a rule on until nothing is left, or it is held; after an error it waits, longer each time. */
async function advance(ruleId: string, engine: Engine, signal: AbortSignal): Promise<void> {
  const call = serviceCall('city', signal);
  try {
    while (!signal.aborted && (await step(ruleId, engine, call)) === 'more') {
      await pause(engine.uses.options.CITY_RULE_INTERVAL_MS, signal);
    }
  } catch (error) {
    if (signal.aborted) return;
    const attempts = await reportError(ruleId, error, engine.uses);
    const stopped = error instanceof Failure && error.code === 'serving.stopped';
    const wait = stopped ? RETRY_MS_MIN : RETRY_MS_MIN * 2 ** Math.min(attempts - 1, 10);
    await pause(Math.min(RETRY_MS_MAX, wait), signal);
  }
}

async function step(ruleId: string, engine: Engine, call: Call): Promise<Stepped> {
  const { uses, reader, seen } = engine;
  const { kernel, options } = uses;
  if (await uses.serving.stops.isStopped({ type: 'city.rule', id: ruleId })) return 'held';
  const rule = await store.readRule(kernel.db.read, ruleId);
  if (rule?.state !== 'active') return 'held';
  const known = seen.get(ruleId);
  const fresh = known?.position === rule.position;
  // What was begun and not ended is taken up from where it began.
  const from = fresh && rule.span_until === null ? known.scanned : rule.position;
  const limit = options.CITY_RULE_OBSERVATIONS_MAX;
  const stored = await reader.read(from, limit);
  const until = stored.at(-1)?.id;
  if (until === undefined) return 'idle';
  const document = await documentOf(rule, uses);
  const needs = needsOfRule(document);
  const spanUntil = rule.span_until;
  const own = await reader.named(
    stored.filter(({ id }) => spanUntil === null || id <= spanUntil),
    { ownerId: rule.owner_id, thingIds: document.thingIds, names: needs.names },
  );
  if (own.length === 0 && spanUntil === null) {
    const writtenAt = known?.writtenAt ?? 0;
    const due = performance.now() - writtenAt > UNWRITTEN_MS;
    if (due) await passOver(rule, until, uses);
    const position = due ? until : rule.position;
    seen.set(ruleId, { position, scanned: until, writtenAt: due ? performance.now() : writtenAt });
    return stored.length < limit ? 'idle' : 'more';
  }
  // A span begins at the place that is written, so that it can be read again.
  if (from !== rule.position && document.condition.kind === 'deployment' && from !== null) {
    await passOver(rule, from, uses);
    seen.set(ruleId, { position: from, scanned: from, writtenAt: performance.now() });
    return 'more';
  }
  const at: Place = { rule: { ...rule, document }, needs, until: spanUntil ?? until };
  const done = await judgeAndAct(at, own, engine, call);
  if (!done) return 'held';
  seen.set(ruleId, { position: at.until, scanned: at.until, writtenAt: performance.now() });
  return 'more';
}

/** The document that judges: that of the span, where one was begun. */
async function documentOf(rule: store.RuleRow, { kernel }: Uses) {
  const { span_version: version } = rule;
  if (version === null || version === rule.version) return rule.document;
  const document = await store.readVersion(kernel.db.read, rule.id, version);
  if (!document) throw new Error(`${rule.id} has no version ${version}`);
  return document;
}

type Place = { rule: store.RuleRow; needs: RuleNeeds; until: string };

async function judgeAndAct(
  place: Place,
  own: Parameters<typeof takeBatch>[0],
  engine: Engine,
  call: Call,
): Promise<boolean> {
  const { uses } = engine;
  const { rule, needs } = place;
  const thingIds = [...new Set(own.map(({ thingId }) => thingId))];
  const memories = await store.readMemories(uses.kernel.db.read, rule.id, thingIds);
  const batch = takeBatch(own, memories, needs);
  const { condition, forReadings } = rule.document;
  const by = { forReadings, rows: needs.rows };
  const judgement = ownJudgement(condition);
  if (judgement) {
    const findings = judgeBatch(batch, by, { own: judgement });
    return commit({ ...place, version: rule.version }, batch, findings, uses, call);
  }
  const span = await holdSpan(place, engine);
  if (!span) return false;
  const asked = { ...rule, version: span.version };
  const verdicts = await askDeployment(asked, place.until, batch, uses, call);
  const findings = judgeBatch(batch, by, { verdicts });
  return commit({ ...place, version: span.version }, batch, findings, uses, call);
}

async function holdSpan({ rule, until }: Place, { uses, holder }: Engine) {
  const { kernel } = uses;
  const now = kernel.clock.now();
  const lease = new Date(now.getTime() + LEASE_MS);
  const version = rule.span_version ?? rule.version;
  const span = await kernel.db.transaction((tx) =>
    store.holdSpan(tx, rule, { until, version, holder, now, lease }),
  );
  // Another server began one meanwhile, or the rule has moved on: look again.
  return span?.until === until && span.version === version ? span : null;
}

/** Acts on what was found and moves the cursor, or neither. False where the rule has moved meanwhile. */
async function commit(
  { rule, until, version }: Place & { version: number },
  batch: Batch,
  findings: ReadonlyMap<string, Finding>,
  uses: Uses,
  call: Call,
): Promise<boolean> {
  const { kernel } = uses;
  return kernel.db.transaction(async (tx) => {
    const now = await store.readRule(tx, rule.id, { lock: true });
    if (now?.state !== 'active' || now.position !== rule.position) return false;
    if ((now.span_version ?? now.version) !== version) return false;
    if (await uses.serving.stops.isStopped({ type: 'city.rule', id: rule.id }, tx)) return false;
    await store.writeMemories(tx, rule.id, batch.memories);
    const raising = { id: rule.id, ownerId: rule.owner_id, version, document: rule.document };
    const { opened, suppressed } = await raiseIncidents(tx, raising, findings, uses, call);
    const counted = { ...batch.progress, suppressed, incidents: opened };
    await store.moveRule(tx, rule.id, { position: until, ...counted });
    kernel.db.afterCommit(tx, () => kernel.live.publish(`city.rule/${rule.id}`));
    return true;
  });
}

const nothing = {
  ...{ observations: 0, rows: 0, incomplete: 0, late: 0, matched: 0, suppressed: 0, incidents: 0 },
  lastObservedAt: null,
};

/** Moves the cursor over observations that are not the rule's. */
async function passOver(rule: store.RuleRow, until: string, { kernel }: Uses): Promise<void> {
  await kernel.db.transaction(async (tx) => {
    const now = await store.readRule(tx, rule.id, { lock: true });
    if (now?.state !== 'active' || now.position !== rule.position) return;
    if (now.span_until === null) await store.moveRule(tx, rule.id, { position: until, ...nothing });
  });
}

/** Keeps why a rule stands still where its page shows it, and tells its owner. The attempts so far. */
async function reportError(ruleId: string, error: unknown, uses: Uses): Promise<number> {
  const { kernel, notify } = uses;
  const text = (error instanceof Error ? error.message : String(error)).slice(0, 500);
  try {
    return await kernel.db.transaction(async (tx) => {
      await store.dropOldSpan(tx, ruleId);
      const rule = await store.recordRuleError(tx, ruleId, text);
      if (!rule) return 0;
      if (rule.attempts === 1) kernel.log.warn({ error, ruleId }, 'a rule stands still');
      if (rule.attempts === TOLD_AFTER) {
        const { title } = rule.document;
        await notify(tx, {
          ...{ to: rule.owner_id, kind: 'city.rule_standing' },
          title: {
            zh: `规则停滞：${title.zh || title.en}`,
            en: `A rule stands still: ${title.en || title.zh}`,
          },
          body: { zh: `原因：${text}`, en: `Reason: ${text}` },
          ...{ link: `/city/rules/${ruleId}`, basis: `${ruleId}/standing/${kernel.ids('notice')}` },
        });
      }
      kernel.db.afterCommit(tx, () => kernel.live.publish(`city.rule/${ruleId}`));
      return rule.attempts;
    });
  } catch (cause) {
    kernel.log.error({ ruleId, error: cause }, 'the error of a rule could not be kept');
    return 1;
  }
}
