import { createHash } from 'node:crypto';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { type PermissionDeclaration, permissionKinds } from './contract.ts';
import type { Words } from './entities.ts';

/** A principal as policies see it; `type` is the Cedar entity type. */
export type CedarPrincipal =
  | { type: 'Stranger' | 'Service'; id: string }
  | {
      type: 'Party';
      id: string;
      kind: string;
      /** Itself and the organisations that it belongs to. */
      belongs: readonly string[];
      /** Itself and the organisations that it administers. */
      administers: readonly string[];
      roles: readonly string[];
    };

/** A resource as policies see it; null is the platform. The owner of a platform's own is null. */
type CedarResource = {
  type: string;
  id: string;
  owner: string | null;
  audience: string;
} | null;

type CedarQuestion = {
  principal: CedarPrincipal;
  permission: string;
  resource: CedarResource;
  granted: boolean;
  inScope: boolean;
};

export type CedarAnswer = { allowed: boolean; policies: readonly string[] };

export type Cedar = {
  ask(question: CedarQuestion): CedarAnswer;
  /** Why each policy decides as it does, by its id. */
  reasons: ReadonlyMap<string, Words>;
};

/** Remembers what has been validated, by a digest of engine, schema and policies. */
export type ValidatedPolicies = { has(digest: string): boolean; add(digest: string): void };

/**
 * Parses and validates the policies against the schema which the permissions give, once; throws an
 * error that names every policy which does not fit. Each policy has a unique `@id`, and says its reason
 * under `@en` and `@zh`.
 */
export function createCedar(
  declarations: Readonly<Record<string, PermissionDeclaration>>,
  texts: readonly string[],
  validated?: ValidatedPolicies,
): Cedar {
  const schema = schemaOf(declarations);
  const policies = new Map<string, string>();
  const reasons = new Map<string, Words>();
  for (const policy of texts.flatMap(split)) {
    if (policies.has(policy.id)) throw new Error(`two policies have the id ${policy.id}`);
    policies.set(policy.id, policy.text);
    reasons.set(policy.id, policy.reason);
  }
  const set = { staticPolicies: Object.fromEntries(policies) };
  // The engine keeps parsed sets by name, for the life of the thread; equal content shares one.
  const name = createHash('sha256')
    .update(JSON.stringify([cedar.getCedarVersion(), schema, set]))
    .digest('hex');
  if (!validated?.has(name)) {
    validate(schema, set);
    validated?.add(name);
  }
  check(cedar.preparseSchema(name, schema));
  check(cedar.preparsePolicySet(name, set));
  return { reasons, ask: (question) => ask(name, question) };
}

function ask(name: string, question: CedarQuestion): CedarAnswer {
  const { principal, resource } = question;
  const principalUid = { type: principal.type, id: principal.id };
  const resourceUid = resource
    ? { type: 'Resource', id: `${resource.type}/${resource.id}` }
    : { type: 'Platform', id: 'platform' };
  const answer = cedar.statefulIsAuthorized({
    principal: principalUid,
    action: { type: 'Action', id: question.permission },
    resource: resourceUid,
    context: { granted: question.granted, in_scope: question.inScope },
    preparsedSchemaName: name,
    preparsedPolicySetId: name,
    validateRequest: true,
    entities: [
      { uid: principalUid, attrs: principalAttributes(principal), parents: [] },
      { uid: resourceUid, attrs: resourceAttributes(resource), parents: [] },
    ],
  });
  if (answer.type === 'failure') {
    throw new Error(`Cedar refused a question: ${messages(answer.errors)}`);
  }
  const { decision, diagnostics } = answer.response;
  // A policy that fails to evaluate is skipped by Cedar; were it a forbid, its no would be lost.
  const broken = diagnostics.errors.map(({ policyId }) => policyId);
  return broken.length > 0
    ? { allowed: false, policies: broken }
    : { allowed: decision === 'allow', policies: [...diagnostics.reason].sort() };
}

function principalAttributes(principal: CedarPrincipal) {
  if (principal.type !== 'Party') return {};
  const { kind, belongs, administers, roles } = principal;
  return { kind, belongs: [...belongs], administers: [...administers], roles: [...roles] };
}

function resourceAttributes(resource: CedarResource) {
  if (!resource) return {};
  return { type: resource.type, owner: resource.owner ?? '', audience: resource.audience };
}

const text = { type: 'String' as const };
const set = { type: 'Set' as const, element: text };
const truth = { type: 'Boolean' as const };

function schemaOf(declarations: Readonly<Record<string, PermissionDeclaration>>) {
  const actions: Record<string, cedar.ActionType<string>> = {};
  for (const kind of permissionKinds) actions[kind] = {};
  for (const [permission, { kind }] of Object.entries(declarations)) {
    actions[permission] = {
      memberOf: [{ id: kind }],
      appliesTo: {
        principalTypes: ['Stranger', 'Party', 'Service'],
        resourceTypes: ['Resource', 'Platform'],
        context: { type: 'Record', attributes: { granted: truth, in_scope: truth } },
      },
    };
  }
  const party = { kind: text, belongs: set, administers: set, roles: set };
  const resource = { type: text, owner: text, audience: text };
  return {
    '': {
      entityTypes: {
        Stranger: {},
        Service: {},
        Platform: {},
        Party: { shape: { type: 'Record' as const, attributes: party } },
        Resource: { shape: { type: 'Record' as const, attributes: resource } },
      },
      actions,
    },
  };
}

function split(policies: string): { id: string; text: string; reason: Words }[] {
  const parts = cedar.policySetTextToParts(policies);
  if (parts.type === 'failure') throw new Error(messages(parts.errors));
  return parts.policies.map((policy) => {
    const parsed = cedar.policyToJson(policy);
    if (parsed.type === 'failure') throw new Error(messages(parsed.errors));
    const { id, en, zh } = parsed.json.annotations ?? {};
    if (!id || !en || !zh) throw new Error(`a policy lacks @id, @en or @zh: ${policy}`);
    return { id, text: policy, reason: { en, zh } };
  });
}

function validate(schema: ReturnType<typeof schemaOf>, policies: cedar.PolicySet): void {
  const answer = cedar.validate({ schema, policies });
  if (answer.type === 'failure') throw new Error(messages(answer.errors));
  const problems = answer.validationErrors.map(
    ({ policyId, error }) => `${policyId}: ${error.message}`,
  );
  if (problems.length > 0) throw new Error(`Policies do not fit:\n${problems.join('\n')}`);
}

function check(answer: cedar.CheckParseAnswer): void {
  if (answer.type === 'failure') throw new Error(messages(answer.errors));
}

function messages(errors: readonly cedar.DetailedError[]): string {
  return errors.map(({ message }) => message).join('; ');
}
