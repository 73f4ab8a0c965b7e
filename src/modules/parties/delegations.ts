import type { PermissionDeclaration } from '#kernel/contract.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { partiesContract } from './contract.ts';
import { digestOf } from './digest-of.ts';
import { errors } from './errors.ts';
import {
  type DelegationRow,
  endDelegation,
  findParty,
  insertDelegation,
  listDelegations,
} from './store.ts';

const DELEGATION_DAYS_MAX = 366;
const DELEGABLE: readonly PermissionDeclaration['kind'][] = ['read', 'write', 'manage', 'grant'];

type Uses = Pick<Kernel, 'db' | 'clock' | 'ids' | 'facts' | 'access'> & {
  /** Of all modules; read when a delegation is made. */
  declarations: Readonly<Record<string, PermissionDeclaration>>;
};

/**
 * Delegations: one party lets another use named permissions on all that it owns, until a day. Each
 * permission is a grant whose basis is the delegation. Accounts, keys and delegations themselves stay
 * with their party.
 */
export function createDelegations(
  uses: Uses,
): Pick<
  Handlers<typeof partiesContract.operations>,
  'createDelegation' | 'endDelegation' | 'listDelegations'
> {
  const { db, clock, ids, facts, access, declarations } = uses;
  return {
    createDelegation: ({ fromId, toId, permissions, expiresAt, reason }, call) =>
      db.transaction(async (tx) => {
        const now = clock.now();
        const until = new Date(expiresAt);
        const to = await findParty(tx, toId);
        const problem =
          fromId === toId
            ? 'nobody delegates to itself'
            : !to
              ? `${toId} is unknown`
              : periodProblem(now, until) || permissionProblem(permissions, declarations);
        if (problem) throw errors.make.delegation_unfit({ problem });
        const row = {
          id: ids('delegation'),
          fromId,
          toId,
          permissions: [...new Set(permissions)],
          reason,
          createdAt: now,
          expiresAt: until,
          endedAt: null,
        };
        await insertDelegation(tx, { ...row, createdBy: call.principal.id });
        for (const action of row.permissions) {
          const resource = { type: 'party', id: fromId };
          const terms = { subject: toId, action, resource, expiresAt: until, basis: row.id };
          await access.grant(tx, terms, call);
        }
        await facts.append(tx, {
          kind: 'parties.delegation_created',
          subject: row.id,
          actor: call.principal.id,
          body: {
            delegationId: row.id,
            fromId,
            toId,
            permissions: row.permissions,
            expiresAt: until.toISOString(),
          },
        });
        return toDelegation(row);
      }),
    endDelegation: ({ fromId, delegationId, reason }, call) =>
      db.transaction(async (tx) => {
        const by = { partyId: call.principal.id, now: clock.now() };
        const toId = await endDelegation(tx, { id: delegationId, fromId }, by);
        if (toId === null) throw errors.make.delegation_unknown();
        await access.revokeBasis(tx, delegationId, reason, call);
        await facts.append(tx, {
          kind: 'parties.delegation_ended',
          subject: delegationId,
          actor: call.principal.id,
          body: { delegationId, fromId, toId, reasonDigest: digestOf(reason) },
        });
        return {};
      }),
    async listDelegations({ cursor, limit }, { principal }) {
      const administered = principal.memberships.filter(({ role }) => role === 'administrator');
      const partyIds = [principal.id, ...administered.map(({ organisation }) => organisation)];
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const { rows, total } = await listDelegations(db.read, partyIds, cut);
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      return { ...page, total, items: page.items.map(toDelegation) };
    },
  };
}

function periodProblem(now: Date, until: Date): string {
  if (until <= now) return 'it would be over already';
  const days = (until.getTime() - now.getTime()) / 86_400_000;
  return days > DELEGATION_DAYS_MAX ? `it may last ${DELEGATION_DAYS_MAX} days at most` : '';
}

function permissionProblem(
  permissions: readonly string[],
  declarations: Readonly<Record<string, PermissionDeclaration>>,
): string {
  for (const permission of permissions) {
    const declaration = declarations[permission];
    if (!declaration) return `there is no permission ${permission}`;
    if (permission.startsWith('parties.') || !DELEGABLE.includes(declaration.kind)) {
      return `${permission} cannot be delegated`;
    }
  }
  return '';
}

function toDelegation(row: DelegationRow) {
  return {
    id: row.id,
    fromId: row.fromId,
    toId: row.toId,
    permissions: row.permissions,
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
