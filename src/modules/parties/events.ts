import type { Clock } from '#kernel/clock.ts';
import type { Executor } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import { insertEvent } from './store-accounts.ts';

/** What the audit administrator reads of accounts: who signed in, and what changed about them. */
export type SecurityEventKind =
  | 'signed_in'
  | 'sign_in_failed'
  | 'signed_out'
  | 'password_changed'
  | 'password_issued'
  | 'second_factor_enabled'
  | 'second_factor_disabled'
  | 'sessions_revoked'
  | 'registered'
  | 'handle_changed'
  | 'key_created'
  | 'key_revoked'
  | 'role_appointed'
  | 'role_dismissed'
  | 'suspended'
  | 'restored';

export type SecurityEvents = (
  executor: Executor,
  event: {
    kind: SecurityEventKind;
    partyId: string | null;
    actor: string;
    address?: string;
    detail?: Record<string, Json>;
  },
) => Promise<void>;

export function createSecurityEvents(uses: { clock: Clock; ids: Ids }): SecurityEvents {
  return (executor, { kind, partyId, actor, address, detail }) =>
    insertEvent(executor, {
      id: uses.ids('event'),
      happenedAt: uses.clock.now(),
      kind,
      partyId,
      actor,
      address: address ?? null,
      detail: detail ?? {},
    });
}
