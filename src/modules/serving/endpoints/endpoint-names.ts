import type { Kernel } from '#kernel/module.ts';
import { readTrial, type TrialRow } from '../trials/trial-store.ts';
import { type EndpointRow, readEndpoint } from './endpoint-store.ts';

/** An endpoint with the trials that its traffic names. */
export type KnownEndpoint = {
  row: EndpointRow;
  primary: TrialRow;
  canary: { trial: TrialRow; percent: number } | null;
  shadow: { trial: TrialRow; percent: number } | null;
};

export type EndpointNames = {
  /** What holds of an endpoint: what this server changed at once, what others did within a second. */
  find(endpointId: string): Promise<KnownEndpoint | null>;
  /** This server has just changed an endpoint or a trial. */
  forget(): void;
};

const KNOWN_MS = 1_000;
const KNOWN_MAX = 10_000;

/** What this server knows of endpoints. No access is asked. */
export function createEndpointNames({ db }: Pick<Kernel, 'db'>): EndpointNames {
  const known = new Map<string, { found: Promise<KnownEndpoint | null>; at: number }>();
  let changes = 0;
  const read = async (endpointId: string): Promise<KnownEndpoint | null> => {
    const row = await readEndpoint(db.read, endpointId);
    if (!row) return null;
    const trialOf = async (id: string | null) => (id === null ? null : readTrial(db.read, id));
    const [primary, canary, shadow] = await Promise.all(
      [row.primary_trial, row.canary_trial, row.shadow_trial].map(trialOf),
    );
    if (!primary) return null;
    return {
      ...{ row, primary },
      canary: canary ? { trial: canary, percent: row.canary_percent } : null,
      shadow: shadow ? { trial: shadow, percent: row.shadow_percent } : null,
    };
  };
  return {
    async find(endpointId) {
      for (;;) {
        const now = performance.now();
        const before = changes;
        let held = known.get(endpointId);
        if (!held || now - held.at >= KNOWN_MS) {
          if (known.size >= KNOWN_MAX) known.clear();
          held = { found: read(endpointId), at: now };
          known.set(endpointId, held);
        }
        try {
          const found = await held.found;
          // What was read before a change of this server's own is no answer any more.
          if (before === changes) return found;
        } catch (error) {
          if (known.get(endpointId) === held) known.delete(endpointId);
          throw error;
        }
      }
    },
    forget() {
      known.clear();
      changes += 1;
    },
  };
}
