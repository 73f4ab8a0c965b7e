import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { operationsErrors } from '../operations-errors.ts';
import type { Uses } from '../operations-uses.ts';
import type { RuleDocument } from './rule-entities.ts';
import { needsOfRule } from './rule-needs.ts';
import * as store from './rule-store.ts';

/** Puts a rule over the things of a party. Throws `city.rule_invalid`, `city.rules_limit`. */
export async function createRule(
  { ownerId, document }: { ownerId: string; document: RuleDocument },
  uses: Uses,
  call: Call,
): Promise<string> {
  const { kernel, things, options } = uses;
  await checkRule(document, ownerId, uses);
  const ruleId = kernel.ids('rule');
  await kernel.db.transaction(async (tx) => {
    const limit = options.CITY_RULES_PER_OWNER_MAX;
    if ((await store.countRules(tx, ownerId)) >= limit) {
      throw operationsErrors.make.rules_limit({ limit });
    }
    await store.insertRule(tx, {
      ...{ id: ruleId, owner_id: ownerId, document, created_by: call.principal.id },
      ...{ created_at: kernel.clock.now(), position: await things.lastStoredId(tx) },
    });
    const resource = { type: 'city.rule', id: ruleId, owner: ownerId };
    await kernel.access.register(tx, { ...resource, audience: 'owner' });
    const { condition } = document;
    const deploymentId = condition.kind === 'deployment' ? condition.deploymentId : null;
    await kernel.facts.append(tx, {
      ...{ kind: 'city.rule_created', subject: ruleId, actor: call.principal.id },
      body: {
        ...{ ruleId, ownerId, kind: condition.kind, deploymentId },
        documentDigest: await textDigest(JSON.stringify(document)),
      },
    });
    announceRule(tx, ruleId, uses);
  });
  return ruleId;
}

/** Gives a rule its next version. Throws `city.rule_changed`, `city.rule_invalid`. */
export async function updateRule(
  { ruleId, version, document }: { ruleId: string; version: number; document: RuleDocument },
  uses: Uses,
  call: Call,
): Promise<void> {
  const { kernel } = uses;
  const found = await store.readRule(kernel.db.read, ruleId);
  if (!found) throw kernelErrors.make.missing({ id: ruleId });
  await checkRule(document, found.owner_id, uses);
  await kernel.db.transaction(async (tx) => {
    const row = await lockRule(tx, ruleId);
    if (row.version !== version) {
      throw operationsErrors.make.rule_changed({ version: row.version });
    }
    const next = { id: ruleId, version: version + 1, document };
    await store.updateRule(tx, { ...next, by: call.principal.id, at: kernel.clock.now() });
    await announceChange(tx, { ...row, ...next }, uses, call);
  });
}

/** Pauses a rule, or lets it go on with what is stored from now on. Again changes nothing. */
export async function setRuleState(
  { ruleId, state }: { ruleId: string; state: 'active' | 'paused' },
  uses: Uses,
  call: Call,
): Promise<void> {
  const { kernel, things } = uses;
  await kernel.db.transaction(async (tx) => {
    const row = await lockRule(tx, ruleId);
    if (row.state === state) return;
    const position = state === 'active' ? await things.lastStoredId(tx) : row.position;
    await store.setRuleState(tx, { id: ruleId, state, position, at: kernel.clock.now() });
    await announceChange(tx, { ...row, state }, uses, call);
  });
}

async function lockRule(tx: Executor, ruleId: string): Promise<store.RuleRow> {
  const row = await store.readRule(tx, ruleId, { lock: true });
  if (!row) throw kernelErrors.make.missing({ id: ruleId });
  return row;
}

/** A rule reads what it can read, and names only things of its owner. Throws `city.rule_invalid`. */
export async function checkRule(
  document: RuleDocument,
  ownerId: string,
  { things }: Uses,
): Promise<void> {
  needsOfRule(document);
  const known = await things.find(document.thingIds);
  const foreign = document.thingIds.find((id) => known.get(id)?.ownerId !== ownerId);
  if (foreign === undefined) return;
  throw operationsErrors.make.rule_invalid({ problem: `${foreign} is no thing of its owner` });
}

async function announceChange(
  tx: Executor,
  { id: ruleId, version, state, document }: store.RuleRow,
  uses: Uses,
  call: Call,
): Promise<void> {
  const documentDigest = await textDigest(JSON.stringify(document));
  await uses.kernel.facts.append(tx, {
    ...{ kind: 'city.rule_changed', subject: ruleId, actor: call.principal.id },
    body: { ruleId, version, state, documentDigest },
  });
  announceRule(tx, ruleId, uses);
}

function announceRule(tx: Executor, ruleId: string, { kernel }: Uses): void {
  kernel.db.afterCommit(tx, () => {
    kernel.live.publish(`city.rule/${ruleId}`);
    kernel.live.publish('city.rule');
  });
}
