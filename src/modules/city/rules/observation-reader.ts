import type { KnownDatastream, StoredObservation, Things } from '../things-seam.ts';
import type { NamedObservation } from './rule-batch.ts';

/** Datastreams kept in mind; they never change. */
const KNOWN_MAX = 50_000;

export type Reader = {
  /** Stored observations after an id; rules at the same place share one reading until `refresh`. */
  read(afterId: string | null, limit: number): Promise<readonly StoredObservation[]>;
  refresh(): void;
  /** Those of a rule: of its owner, its things and its names, with the name of their datastream. */
  named(
    observations: readonly StoredObservation[],
    rule: { ownerId: string; thingIds: readonly string[]; names: ReadonlySet<string> },
  ): Promise<NamedObservation[]>;
};

/** Reads observations for many rules. */
export function createReader(things: Pick<Things, 'readStored' | 'datastreams'>): Reader {
  let readings = new Map<string, Promise<readonly StoredObservation[]>>();
  const known = new Map<string, KnownDatastream>();
  return {
    read(afterId, limit) {
      const key = `${afterId} ${limit}`;
      const before = readings.get(key);
      if (before) return before;
      const reading = things.readStored(afterId, limit);
      readings.set(key, reading);
      reading.catch(() => readings.delete(key));
      return reading;
    },
    refresh() {
      readings = new Map();
    },
    async named(observations, { ownerId, thingIds, names }) {
      const missing = new Set(
        observations.map(({ datastreamId }) => datastreamId).filter((id) => !known.has(id)),
      );
      if (missing.size > 0) {
        if (known.size > KNOWN_MAX) known.clear();
        const datastreamIds = [...missing];
        for (const each of await things.datastreams({ datastreamIds })) {
          known.set(each.datastreamId, each);
        }
      }
      const scope = new Set(thingIds);
      return observations.flatMap((observation) => {
        const datastream = known.get(observation.datastreamId);
        if (datastream?.ownerId !== ownerId || !names.has(datastream.name)) return [];
        if (scope.size > 0 && !scope.has(observation.thingId)) return [];
        return [{ ...observation, name: datastream.name }];
      });
    },
  };
}
