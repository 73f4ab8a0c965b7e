import type { ResourceRef } from './access.ts';
import type { AccessEngine } from './access-engine.ts';
import type { DecisionRow } from './access-log.ts';
import { decisionSentence, grantSentence } from './access-sentence.ts';
import { type GrantRow, listGrants } from './access-store.ts';
import type { Database } from './db.ts';
import type { kernelContract } from './kernel-contract.ts';
import type { Handlers } from './module.ts';
import { decodeCursor, toPage } from './page.ts';

type AccessOperations = Pick<typeof kernelContract.operations, 'listDecisions' | 'listGrants'>;

/** The kernel's operations on grants and on the log of decisions. */
export function accessHandlers(uses: {
  access: AccessEngine;
  db: Database;
}): Handlers<AccessOperations> {
  const { access, db } = uses;
  return {
    async listDecisions({ cursor, limit, principal, resourceType, resourceId, allowed }) {
      const resource = refOf(resourceType, resourceId);
      const { rows, total } = await access.decisions.list(
        {
          ...(principal === undefined ? {} : { principal }),
          ...(resource ? { resource } : {}),
          ...(allowed === undefined ? {} : { allowed }),
        },
        { before: decodeCursor(cursor)?.id ?? null, limit: limit + 1 },
      );
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      return { ...page, total, items: page.items.map((row) => toDecision(row, access)) };
    },
    async listGrants({ cursor, limit, subject, basis, resourceType, resourceId }) {
      const resource = refOf(resourceType, resourceId);
      const { rows, total } = await listGrants(
        db.read,
        {
          ...(subject === undefined ? {} : { subject }),
          ...(basis === undefined ? {} : { basis }),
          ...(resource ? { resource } : {}),
        },
        { before: decodeCursor(cursor)?.id ?? null, limit: limit + 1 },
      );
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      return { ...page, total, items: page.items.map((row) => toGrant(row, access)) };
    },
  };
}

function refOf(type: string | undefined, id: string | undefined): ResourceRef | null {
  return type !== undefined && id !== undefined ? { type, id } : null;
}

function toDecision(row: DecisionRow, access: AccessEngine) {
  const { resourceType, resourceId, ...rest } = row;
  return {
    ...rest,
    decidedAt: row.decidedAt.toISOString(),
    resource: refOf(resourceType ?? undefined, resourceId ?? undefined),
    policies: [...row.policies],
    grants: [...row.grants],
    sentence: decisionSentence(row, access),
  };
}

function toGrant(row: GrantRow, access: AccessEngine) {
  const { id, subject, action, basis, grantedBy } = row;
  return {
    id,
    subject,
    action,
    basis,
    grantedBy,
    resource: { type: row.resourceType, id: row.resourceId },
    expiresAt: row.expiresAt?.toISOString() ?? null,
    grantedAt: row.grantedAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    sentence: grantSentence(row, access),
  };
}
