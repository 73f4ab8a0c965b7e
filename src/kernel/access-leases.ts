import type { Decision } from './access.ts';
import type { Clock } from './clock.ts';

const LEASE_MILLISECONDS = 1000;
const LEASES_MAX = 50_000;

export type Leases = {
  get(key: string): Decision | null;
  /** `askedAt`: when the question was put, before the database was read. */
  put(key: string, decision: Decision, askedAt: Date): void;
  clear(): void;
};

/**
 * Decisions that may be used again for at most one second after the question was put. A clock that
 * is set back ends them. Holds some tens of thousands; the oldest leave first.
 */
export function createLeases(uses: { clock: Clock }): Leases {
  const leases = new Map<string, { decision: Decision; askedAt: number }>();
  return {
    get(key) {
      const lease = leases.get(key);
      if (!lease) return null;
      const age = uses.clock.now().getTime() - lease.askedAt;
      if (age >= 0 && age < LEASE_MILLISECONDS) return lease.decision;
      leases.delete(key);
      return null;
    },
    put(key, decision, askedAt) {
      leases.delete(key);
      leases.set(key, { decision, askedAt: askedAt.getTime() });
      const oldest = leases.size > LEASES_MAX ? leases.keys().next().value : undefined;
      if (oldest !== undefined) leases.delete(oldest);
    },
    clear: () => leases.clear(),
  };
}
