import type { RawBuilder } from 'kysely';
import type { Executor } from './db.ts';
import type { Call, Principal } from './principal.ts';

export type ResourceRef = { type: string; id: string };

/**
 * A resource that access knows. Modules register theirs in the transaction that creates them;
 * `owner` is a party (null: the platform itself); `audience` says who may read without a grant.
 */
export type Resource = ResourceRef & {
  owner: string | null;
  audience: 'owner' | 'members' | 'public';
};

export type GrantTerms = {
  /** A party, or `role:<platform role>`. */
  subject: string;
  /** A permission, such as `hub.repository.read`. */
  action: string;
  resource: ResourceRef;
  expiresAt?: Date;
  /** Why it exists: the id of the agreement, case or call behind it. */
  basis: string;
};

export type Decision = {
  allowed: boolean;
  /** Ids of the policies that decided. */
  policies: readonly string[];
  /** Ids of the grants that decided. */
  grants: readonly string[];
};

export type Access = {
  register(tx: Executor, resource: Resource): Promise<void>;
  setAudience(tx: Executor, ref: ResourceRef, audience: Resource['audience']): Promise<void>;
  /** Removes the resource and every grant on it. */
  forget(tx: Executor, ref: ResourceRef): Promise<void>;
  /** Writes a grant and its fact; the same subject, action, resource and basis give the same grant. */
  grant(tx: Executor, terms: GrantTerms, call: Call): Promise<string>;
  revoke(tx: Executor, grantId: string, reason: string, call: Call): Promise<void>;
  /** Revokes every grant which stands on a basis. */
  revokeBasis(tx: Executor, basis: string, reason: string, call: Call): Promise<number>;
  /** Yes or no, by Cedar, from the resource as registered and the grants that match. */
  decide(
    principal: Principal,
    permission: string,
    resource: ResourceRef | null,
    options?: { lease?: boolean; tx?: Executor },
  ): Promise<Decision>;
  /**
   * As decide; throws `kernel.not_signed_in`, `kernel.denied`, or `kernel.missing` where the principal
   * may not even read the resource.
   */
  require(
    principal: Principal,
    permission: string,
    resource: ResourceRef | null,
    options?: { tx?: Executor },
  ): Promise<void>;
  /**
   * The same rule as SQL for lists: true for the rows whose id the principal may see. `idColumn` is
   * a column reference made by the calling store, such as sql.ref('id').
   */
  visible(
    principal: Principal,
    permission: string,
    idColumn: RawBuilder<unknown>,
  ): RawBuilder<boolean>;
};
