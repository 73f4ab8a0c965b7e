import { strict as assert } from 'node:assert';
import { type RawBuilder, sql } from 'kysely';
import type { Resource } from './access.ts';
import type { Cedar, CedarPrincipal } from './access-cedar.ts';
import { inScope, subjectsOf, toCedarPrincipal } from './access-principal.ts';
import type { Sizes } from './access-sizes.ts';
import { type GrantQuestion, liveGrants, names } from './access-store.ts';
import type { Clock } from './clock.ts';
import type { PermissionDeclaration } from './contract.ts';
import type { Principal } from './principal.ts';

/** How the owner of a resource stands to the principal. */
const relations = ['administered', 'joined', 'platform', 'foreign'] as const;
type Relation = (typeof relations)[number];

const audiences = ['owner', 'members', 'public'] as const;
type Audience = Resource['audience'];

/** The audiences that show a resource, by relation. */
type Row = Record<Relation, readonly Audience[]>;

/** What the policies say of every class of resources of one type, without and with a grant. */
export type VisibleTable = { bare: Row; granted: Row };

/** The audiences which every owner's resources show, and what each relation adds to them. */
type Rule = {
  all: readonly Audience[];
  extra: readonly (readonly [Relation, readonly Audience[]])[];
};

export type Visible = {
  /** `shape` says which statement to make; the counts of `sizes` choose unless given. */
  rule(
    principal: Principal,
    permission: string,
    idColumn: RawBuilder<unknown>,
    shape?: 'small' | 'large',
  ): RawBuilder<boolean>;
  /** For the reference: what the policies say to principals like this one. */
  table(principal: Principal, permission: string): VisibleTable;
};

/**
 * Lists by the same rule as decisions. Cedar is asked once about every class of resources (owner's
 * relation × audience × granted) for every class of principals, and the answers are written as SQL.
 * This holds for policies that look at the kind and roles of the principal, at `belongs` and
 * `administers` for the resource's owner, at the resource's type and audience, and at the context; a
 * policy that names one party or resource breaks it, and is a grant really.
 */
export function createVisible(
  declarations: Readonly<Record<string, PermissionDeclaration>>,
  uses: { cedar: Cedar; clock: Clock; sizes: Sizes },
): Visible {
  const tables = new Map<string, VisibleTable>();

  const tableOf = (principal: Principal, permission: string, type: string): VisibleTable => {
    const asked = classOf(toCedarPrincipal(principal));
    const scope = inScope(principal, permission);
    const key = JSON.stringify([permission, asked, scope]);
    const known = tables.get(key);
    if (known) return known;
    const row = (granted: boolean): Row => {
      const shown = (relation: Relation) =>
        audiences.filter((audience) => {
          const resource = { type, id: 'any', owner: owners[relation], audience };
          return uses.cedar.ask({ principal: asked, permission, resource, granted, inScope: scope })
            .allowed;
        });
      return {
        administered: shown('administered'),
        joined: shown('joined'),
        platform: shown('platform'),
        foreign: shown('foreign'),
      };
    };
    const table = { bare: row(false), granted: row(true) };
    for (const relation of relations) {
      const lost = table.bare[relation].filter((one) => !table.granted[relation].includes(one));
      assert(lost.length === 0, `a policy denies ${permission} because of a grant`);
    }
    tables.set(key, table);
    return table;
  };

  const typeOf = (permission: string): string => {
    const declaration = declarations[permission];
    assert(declaration?.resource, `${permission} names no type of resource`);
    assert(declaration.kind === 'read', `${permission} is not of the kind read: it has no lists`);
    return declaration.resource;
  };

  return {
    table: (principal, permission) => tableOf(principal, permission, typeOf(permission)),
    rule(principal, permission, idColumn, shape) {
      const type = typeOf(permission);
      const table = tableOf(principal, permission, type);
      const question = { subjects: subjectsOf(principal), permission, now: uses.clock.now() };
      const parts = { type, principal, question, bare: ruleOf(table.bare), gained: gained(table) };
      const small = smallSet(parts);
      // Few rows: fetch their ids and go from there. Many: walk the list and ask row by row. Each is
      // some hundred times slower than the other at the wrong end of a list of 100,000.
      const key = JSON.stringify([permission, question.subjects, parts.bare]);
      const large = shape ? shape === 'large' : uses.sizes.isLarge(key, small);
      return large
        ? sql<boolean>`${idColumn} in (select id from access_resources
            where type = ${type} and (${matches(parts.bare, principal)} or ${grantedRow(parts)}))`
        : sql<boolean>`${idColumn} = any(array(${small}))`;
    },
  };
}

const owners: Record<Relation, string | null> = {
  administered: 'an administered organisation',
  joined: 'an organisation of the principal',
  platform: null,
  foreign: 'another party',
};

/** Stands for every principal of the same kind and roles. */
function classOf(principal: CedarPrincipal): CedarPrincipal {
  if (principal.type !== 'Party') return { type: principal.type, id: 'any' };
  return {
    type: 'Party',
    id: 'any',
    kind: principal.kind,
    belongs: ['an administered organisation', 'an organisation of the principal'],
    administers: ['an administered organisation'],
    roles: [...principal.roles].sort(),
  };
}

function ruleOf(row: Row): Rule {
  const all = audiences.filter((audience) =>
    relations.every((relation) => row[relation].includes(audience)),
  );
  const extra = relations.flatMap((relation) => {
    const more = row[relation].filter((audience) => !all.includes(audience));
    return more.length > 0 ? [[relation, more] as const] : [];
  });
  return { all, extra };
}

/** What a grant shows beyond what is shown without one. */
function gained(table: VisibleTable): Rule {
  const more = (relation: Relation) =>
    table.granted[relation].filter((audience) => !table.bare[relation].includes(audience));
  return ruleOf({
    administered: more('administered'),
    joined: more('joined'),
    platform: more('platform'),
    foreign: more('foreign'),
  });
}

function ownedBy(relation: Relation, principal: Principal): RawBuilder<boolean> {
  const asked = toCedarPrincipal(principal);
  const administers = asked.type === 'Party' ? asked.administers : [];
  const belongs = asked.type === 'Party' ? asked.belongs : [];
  const joined = belongs.filter((owner) => !administers.includes(owner));
  switch (relation) {
    case 'administered':
      return sql`owner = any(${names(administers)})`;
    case 'joined':
      return sql`owner = any(${names(joined)})`;
    case 'platform':
      return sql`owner is null`;
    case 'foreign':
      return sql`(owner is not null and owner <> all(${names(belongs)}))`;
  }
}

/** The conditions of a rule; any of them shows a row of access_resources. */
function conditions(rule: Rule, principal: Principal): RawBuilder<boolean>[] {
  return [
    ...rule.all.map((audience) => sql<boolean>`audience = ${audience}`),
    ...rule.extra.map(
      ([relation, more]) =>
        sql<boolean>`${ownedBy(relation, principal)} and audience = any(${names(more)})`,
    ),
  ];
}

function matches(rule: Rule, principal: Principal): RawBuilder<boolean> {
  const any = conditions(rule, principal).map((condition) => sql`(${condition})`);
  return any.length > 0 ? sql<boolean>`(${sql.join(any, sql` or `)})` : sql<boolean>`false`;
}

type Parts = {
  type: string;
  principal: Principal;
  question: GrantQuestion;
  bare: Rule;
  gained: Rule;
};

const grantedOn = (type: string, question: GrantQuestion) => sql`
  select resource_id from access_grants where ${liveGrants(question)} and resource_type = ${type}`;

function grantedRow({ type, principal, question, gained: rule }: Parts): RawBuilder<boolean> {
  if (question.subjects.length === 0) return sql<boolean>`false`;
  return sql<boolean>`(${matches(rule, principal)} and (
    id = any(array(${grantedOn(type, question)}))
    or owner = any(array(${grantedOn('party', question)}))))`;
}

/** The ids that may be seen, from one index scan a condition. */
function smallSet({ type, principal, question, bare, gained: rule }: Parts): RawBuilder<unknown> {
  const byRule = conditions(bare, principal).map(
    (condition) => sql`select id from access_resources where type = ${type} and ${condition}`,
  );
  const byGrant = [
    sql`select id from access_resources where type = ${type}
      and id = any(array(${grantedOn(type, question)})) and ${matches(rule, principal)}`,
    sql`select id from access_resources where type = ${type}
      and owner = any(array(${grantedOn('party', question)})) and ${matches(rule, principal)}`,
  ];
  const selects = question.subjects.length > 0 ? [...byRule, ...byGrant] : byRule;
  if (selects.length === 0) return sql`select null::text where false`;
  return sql.join(selects, sql` union all `);
}
