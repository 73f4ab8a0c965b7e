import type { Executor } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Principal } from '#kernel/principal.ts';

/** An observation as rules read it. Ids sort, as text, in the order in which they were stored. */
export type StoredObservation = {
  id: string;
  datastreamId: string;
  thingId: string;
  /** A UTC instant, to the millisecond. */
  phenomenonTime: string;
  receivedAt: string;
  result: Json;
  parameters: Record<string, Json> | null;
  /** Played back from a record. */
  replayed: boolean;
};

/** What rules, commands and the map need to know of a thing. */
export type KnownThing = {
  thingId: string;
  ownerId: string;
  name: string;
  district: string | null;
  street: string | null;
  /** WGS-84, degrees. */
  longitude: number | null;
  latitude: number | null;
  replayed: boolean;
  latestAt: Date | null;
};

export type KnownDatastream = {
  datastreamId: string;
  thingId: string;
  ownerId: string;
  name: string;
  unitSymbol: string | null;
};

/**
 * What the half *operations* of this room has from the half *things*. Observations reach it at least once: `onStored`
 * says at once what this server stored, `readStored` reads on from a cursor whatever server stored it.
 */
export type Things = {
  /** After each commit on this server, in the order of ids. Returns how to stop. */
  onStored(listener: (batch: readonly StoredObservation[]) => void): () => void;
  /** Up to `limit` observations after that id (null: from the first), in the order of ids, with none left out. */
  readStored(
    afterId: string | null,
    limit: number,
    executor?: Executor,
  ): Promise<StoredObservation[]>;
  /** The id of the last one that is stored; null for none. A new rule begins there. */
  lastStoredId(executor?: Executor): Promise<string | null>;
  /** Observations of these datastreams by phenomenon time, earliest first, at most `limit`. */
  history(
    span: { datastreamIds: readonly string[]; from: Date; until: Date; limit: number },
    executor?: Executor,
  ): Promise<StoredObservation[]>;

  /** Things by id; unknown ones are left out. Access is not asked. */
  find(thingIds: readonly string[], executor?: Executor): Promise<Map<string, KnownThing>>;
  /** Datastreams by their own ids, or all of these things. Access is not asked. */
  datastreams(
    of: { datastreamIds: readonly string[] } | { thingIds: readonly string[] },
    executor?: Executor,
  ): Promise<KnownDatastream[]>;
  /** Things that the principal may see, those with a place first, at most `limit`. */
  onMap(principal: Principal, limit: number): Promise<KnownThing[]>;

  /**
   * Sends a message to a thing, on `v1.1/Things(ID)/commands` with QoS 1. True once the thing has acknowledged
   * it; false where it is not connected to this server, or does not answer in `CITY_MQTT_SEND_SECONDS`.
   */
  send(thingId: string, message: Json): Promise<boolean>;
  /** The things that listen for commands on this server now. */
  listening(): readonly string[];
  /** Calls back each time a thing begins to listen for commands. Returns how to stop. */
  onListening(listener: (thingId: string) => void): () => void;
  /**
   * Hands over what a thing publishes on `v1.1/Things(ID)/commands/acknowledgements`, parsed from JSON. The
   * thing has its PUBACK once every listener has resolved, so what one writes is durable by then. A
   * listener that rejects with a Failure of the category invalid, missing or conflict refuses the message for good, visibly to
   * the owner; any other rejection ends the connection, so that the thing sends it again.
   */
  onAcknowledgement(listener: (thingId: string, message: Json) => Promise<void>): () => void;
};
