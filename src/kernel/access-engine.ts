import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Access, Decision, GrantTerms, ResourceRef } from './access.ts';
import { type Cedar, createCedar, type ValidatedPolicies } from './access-cedar.ts';
import { createLeases } from './access-leases.ts';
import { createDecisionLog, type DecisionLog } from './access-log.ts';
import { fingerprint, inScope, subjectsOf, toCedarPrincipal } from './access-principal.ts';
import { countWith, createSizes } from './access-sizes.ts';
import {
  deleteResource,
  type Found,
  find,
  type GrantRow,
  insertResource,
  type Revocation,
  revokeGrants,
  updateAudience,
  upsertGrant,
} from './access-store.ts';
import { createVisible, type VisibleTable } from './access-visible.ts';
import type { Clock } from './clock.ts';
import type { PermissionDeclaration, PermissionKind } from './contract.ts';
import type { Database, Executor } from './db.ts';
import type { Words } from './entities.ts';
import { type Failure, kernelErrors } from './errors.ts';
import type { FactDraft } from './facts.ts';
import type { Ids } from './ids.ts';
import { type Log, silentLog } from './log.ts';
import type { Principal } from './principal.ts';

export type AccessOptions = {
  /** Of all modules, by name. */
  declarations: Readonly<Record<string, PermissionDeclaration>>;
  /** The policies of the modules; those of the kernel are added. */
  cedarTexts: readonly string[];
  /** What was validated at an earlier start need not be again. */
  validated?: ValidatedPolicies;
};

export type AccessUses = {
  db: Database;
  clock: Clock;
  ids: Ids;
  facts: { append(tx: Executor, draft: FactDraft): Promise<unknown> };
  log?: Log;
};

export type AccessEngine = Access & {
  decisions: DecisionLog;
  declarations: Readonly<Record<string, PermissionDeclaration>>;
  /** Why each policy decides as it does, by its id. */
  reasons: ReadonlyMap<string, Words>;
  /** As visible, in the form made for lists of which most rows show. */
  visibleLarge: Access['visible'];
  /** What policies say to principals like this one about every class of resources. */
  visibleTable(principal: Principal, permission: string): VisibleTable;
};

/** Only these can be granted: roles of the platform are not passed on. */
const GRANTABLE: readonly PermissionKind[] = ['read', 'write', 'manage', 'grant'];

/** The policies of the kernel and of the modules, validated. Throws as `createAccess` does. */
export function createPolicies({ declarations, cedarTexts, validated }: AccessOptions): Cedar {
  const kernel = readFileSync(new URL('policies.cedar', import.meta.url), 'utf8');
  return createCedar(declarations, [kernel, ...cedarTexts], validated);
}

/**
 * Access by Cedar policies and grants (see DESIGN.md, "Rules travel as grants"). Throws where policies
 * do not fit the declarations.
 */
export function createAccess(options: AccessOptions, uses: AccessUses): AccessEngine {
  const { declarations } = options;
  const { db, clock, ids } = uses;
  const cedar = createPolicies(options);
  const decisions = createDecisionLog({ db, clock, ids, log: uses.log ?? silentLog() });
  const leases = createLeases({ clock });
  const sizes = createSizes({ clock, count: countWith(db.kysely<unknown>()) });
  const visible = createVisible(declarations, { cedar, clock, sizes });

  const declared = (permission: string): PermissionDeclaration => {
    const declaration = declarations[permission];
    assert(declaration, `no contract declares the permission ${permission}`);
    return declaration;
  };

  const look = async (
    principal: Principal,
    permission: string,
    ref: ResourceRef,
    tx: Executor | undefined,
  ): Promise<Found | null> => {
    const question = { subjects: subjectsOf(principal), permission, now: clock.now() };
    if (tx) return find(tx, ref, question);
    const { read } = db;
    return find(read, ref, question).catch((cause: unknown) => {
      throw kernelErrors.make.unavailable({}, { cause });
    });
  };

  const weigh = (
    principal: Principal,
    permission: string,
    ref: ResourceRef | null,
    found: Found | null,
  ): Decision => {
    if (ref && !found) return { allowed: false, policies: [], grants: [] };
    const { allowed, policies } = cedar.ask({
      principal: toCedarPrincipal(principal),
      permission,
      resource: ref && found ? { ...ref, owner: found.owner, audience: found.audience } : null,
      granted: (found?.grants.length ?? 0) > 0,
      inScope: inScope(principal, permission),
    });
    const byGrant = policies.includes('kernel.granted');
    return { allowed, policies, grants: byGrant ? (found?.grants ?? []) : [] };
  };

  const judge = async (
    principal: Principal,
    permission: string,
    ref: ResourceRef | null,
    tx?: Executor,
  ): Promise<{ decision: Decision; found: Found | null }> => {
    const { kind } = declared(permission);
    const found = ref ? await look(principal, permission, ref, tx) : null;
    const decision = weigh(principal, permission, ref, found);
    decisions.note({ principal, permission, kind, ref }, decision);
    return { decision, found };
  };

  /** The no that does not tell strangers and outsiders what exists. */
  const refusal = async (
    principal: Principal,
    permission: string,
    ref: ResourceRef | null,
    found: Found | null,
    tx: Executor | undefined,
  ): Promise<Failure> => {
    if (principal.kind === 'stranger') return kernelErrors.make.not_signed_in();
    const owner = found?.owner ?? 'the operator';
    const denied = kernelErrors.make.denied({ permission, owner });
    if (!ref) return denied;
    const missing = kernelErrors.make.missing({ id: ref.id });
    if (!found || declared(permission).kind === 'read') return missing;
    for (const [read, declaration] of Object.entries(declarations)) {
      if (declaration.kind !== 'read' || declaration.resource !== ref.type) continue;
      const seen = await look(principal, read, ref, tx);
      if (weigh(principal, read, ref, seen).allowed) return denied;
    }
    return missing;
  };

  const announceRevoked = async (
    tx: Executor,
    rows: readonly GrantRow[],
    { by, reason }: Revocation,
  ) => {
    const reasonDigest = digestOf(reason);
    for (const { id, basis } of rows) {
      await uses.facts.append(tx, {
        kind: 'kernel.grant_revoked',
        subject: id,
        actor: by,
        body: { grantId: id, basis, reasonDigest },
      });
    }
    if (rows.length > 0) db.afterCommit(tx, () => leases.clear());
  };

  return {
    decisions,
    declarations,
    reasons: cedar.reasons,
    visibleTable: visible.table,
    visible: (principal, permission, idColumn) => visible.rule(principal, permission, idColumn),
    visibleLarge: (principal, permission, idColumn) =>
      visible.rule(principal, permission, idColumn, 'large'),
    register: insertResource,
    async setAudience(tx, ref, audience) {
      assert(await updateAudience(tx, ref, audience), `${ref.type}/${ref.id} is not registered`);
      db.afterCommit(tx, () => leases.clear());
    },
    async forget(tx, ref) {
      const revocation = { by: 'service:kernel', reason: 'the resource is gone', now: clock.now() };
      await announceRevoked(tx, await revokeGrants(tx, { resource: ref }, revocation), revocation);
      await deleteResource(tx, ref);
      db.afterCommit(tx, () => leases.clear());
    },
    async grant(tx, terms, call) {
      const { kind } = declared(terms.action);
      assert(GRANTABLE.includes(kind), `${terms.action} is of the kind ${kind}: no grant gives it`);
      const granted = { id: ids('grant'), grantedBy: call.principal.id, now: clock.now() };
      const { id, changed } = await upsertGrant(tx, terms, granted);
      if (changed) {
        const body = grantBody(id, terms);
        const actor = call.principal.id;
        await uses.facts.append(tx, { kind: 'kernel.grant_given', subject: id, actor, body });
        db.afterCommit(tx, () => leases.clear());
      }
      return id;
    },
    async revoke(tx, grantId, reason, call) {
      const by = { by: call.principal.id, reason, now: clock.now() };
      await announceRevoked(tx, await revokeGrants(tx, { id: grantId }, by), by);
    },
    async revokeBasis(tx, basis, reason, call) {
      const by = { by: call.principal.id, reason, now: clock.now() };
      const rows = await revokeGrants(tx, { basis }, by);
      await announceRevoked(tx, rows, by);
      return rows.length;
    },
    async decide(principal, permission, ref, { lease = false, tx } = {}) {
      if (!lease || tx) return (await judge(principal, permission, ref, tx)).decision;
      const key = `${fingerprint(principal)} ${permission} ${ref?.type} ${ref?.id}`;
      const held = leases.get(key);
      if (held) return held;
      const askedAt = clock.now();
      const { decision } = await judge(principal, permission, ref);
      leases.put(key, decision, askedAt);
      return decision;
    },
    async require(principal, permission, ref, { tx } = {}) {
      const { decision, found } = await judge(principal, permission, ref, tx);
      if (!decision.allowed) throw await refusal(principal, permission, ref, found, tx);
    },
  };
}

function grantBody(grantId: string, terms: GrantTerms) {
  const { subject, action, resource, basis, expiresAt } = terms;
  const body = { grantId, subject, action, resource, basis };
  return { ...body, expiresAt: expiresAt?.toISOString() ?? null };
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
