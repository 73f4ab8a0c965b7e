import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import mqtt from 'mqtt';
import { createAccess } from '#kernel/access-engine.ts';
import { type Clock, systemClock } from '#kernel/clock.ts';
import { moduleContract } from '#kernel/contract.ts';
import type { Database } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { createFacts } from '#kernel/facts.ts';
import { startHttp } from '#kernel/http.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { createLive } from '#kernel/live.ts';
import { silentLog } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { migrate } from '#kernel/migrate.ts';
import { guard, type Kernel } from '#kernel/module.ts';
import { type Call, type Principal, stranger } from '#kernel/principal.ts';
import { superviseServices } from '#kernel/supervisor.ts';
import { type CityOptions, cityOptions } from './config.ts';
import { thingsContract } from './contract-things.ts';
import { createThings } from './things.ts';
import { thingDraft } from './things-entities.ts';

/** For tests: the defaults, on a port of its own. */
export function testOptions(more: Partial<CityOptions> = {}): CityOptions & { address: string } {
  const defaults = Object.entries(cityOptions).map(([name, { schema }]) => [
    name,
    schema.parse(undefined),
  ]);
  const options: CityOptions = Object.fromEntries(defaults);
  return { ...options, CITY_MQTT_PORT: 0, ...more, address: 'http://localhost' };
}

export const callOf = (principal: Principal): Call => ({
  principal,
  requestId: 'r',
  language: 'zh',
  signal: new AbortController().signal,
});

export const member = (organisation: string, id = `member_of_${organisation}`): Principal => ({
  ...{ id, kind: 'person', name: id, roles: [] },
  memberships: [{ organisation, role: 'administrator' }],
});
export const device = (organisation: string): Principal => ({
  ...member(organisation, `device_of_${organisation}`),
  kind: 'device',
});

/** A real kernel for the things, but for the ledger, tasks and blobs, which they have no use for. */
export async function openKernel(db: Database, clock: Clock = systemClock): Promise<Kernel> {
  const contract = moduleContract({ name: 'city', ...thingsContract });
  const kernelFolder = fileURLToPath(new URL('../../kernel/migrations', import.meta.url));
  const cityFolder = fileURLToPath(new URL('./migrations', import.meta.url));
  await migrate(db, [
    { module: 'kernel', folder: kernelFolder },
    { module: 'city', folder: cityFolder },
  ]);
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const schemas = { ...kernelContract.facts, ...contract.facts };
  const facts = createFacts({ schemas }, { db, clock, ids, random });
  const declarations = { ...kernelContract.permissions, ...contract.permissions };
  // The policies of the other half name actions that are declared there.
  const access = createAccess({ declarations, cedarTexts: [] }, { db, clock, ids, facts });
  const unused = (name: string) => ({
    get: (): never => {
      throw new Error(`this kernel has no ${name}`);
    },
  });
  const parts = {
    ...{ clock, random, ids, db, facts, access, live: createLive(), log: silentLog() },
    metrics: createMetrics({ processMetrics: false }),
  };
  return Object.defineProperties(Object.assign(Object.create(null), parts), {
    ledger: unused('ledger'),
    tasks: unused('tasks'),
    blobs: unused('blobs'),
  });
}

/**
 * The things behind HTTP and MQTT. API keys are the names of principals: `key_of_<organisation>` is a device of
 * it, anything else is refused.
 */
export async function openHouse(
  db: Database,
  more: Partial<CityOptions> = {},
  clock: Clock = systemClock,
) {
  const kernel = await openKernel(db, clock);
  const revoked = new Set<string>();
  const authenticate = async (headers: Headers): Promise<Principal> => {
    const authorization = headers.get('authorization');
    if (authorization === null) return stranger;
    const [, organisation] = /^Bearer key_of_(\w+)$/.exec(authorization) ?? [];
    if (!organisation || revoked.has(organisation)) throw kernelErrors.make.not_signed_in();
    return device(organisation);
  };
  const partyNames = async (ids: readonly string[]) =>
    new Map(ids.map((id) => [id, `name of ${id}`]));
  const things = createThings(testOptions(more), { kernel, authenticate, partyNames });
  const contract = moduleContract({ name: 'city', ...thingsContract });
  const handlers = guard(contract, kernel.access, things.handlers);
  await db.transaction(async (tx) => {
    const { rows } = await sql`select id from access_resources where type = 'party'`.execute(tx);
    for (const id of rows.length > 0 ? [] : ['harbour', 'hospital']) {
      await kernel.access.register(tx, { type: 'party', id, owner: id, audience: 'members' });
    }
  });
  const module = { ...things, contract, handlers };
  const http = await startHttp(
    {
      ...{ host: '127.0.0.1', port: 0, pages: null },
      ...{ bodyBytesMax: 1 << 20, requestMilliseconds: 60_000 },
    },
    { ...kernel, modules: [module], authenticate },
  );
  const supervisor = superviseServices(things.services, kernel);
  const mqttAddress = async () => {
    for (;;) {
      const { mqtt: listens } = await handlers.getCityStatus({}, callOf(member('harbour')));
      if (listens.address) return listens.address;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const mqttUrl = await mqttAddress();
  return {
    ...{ kernel, things, handlers, revoked, mqttUrl, address: http.address },
    /** A thing of the organisation with a datastream of temperature, or those that are given. */
    async thing(organisation: string, name: string, draft: object = {}) {
      const input = {
        ...thingDraftOf(organisation, name),
        ...draft,
      };
      const created = await handlers.createThing(
        thingDraft.parse(input),
        callOf(member(organisation)),
      );
      return { ...created, datastreamId: created.datastreams[0]?.datastreamId ?? '' };
    },
    connect: (username: string, password: string, settings: mqtt.IClientOptions = {}) =>
      mqtt.connectAsync(mqttUrl, { username, password, reconnectPeriod: 0, ...settings }),
    async close() {
      await supervisor.stop(5_000);
      await http.close();
      await db.close();
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

export function thingDraftOf(ownerId: string, name: string) {
  return {
    ...{ ownerId, name, district: '310104' },
    location: { name: 'Gate', longitude: 121.43, latitude: 31.18 },
    datastreams: [
      {
        name: 'temperature',
        unit: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
        sensor: { name: 'DHT22', metadata: 'https://example.org/dht22.html' },
        observedProperty: {
          name: 'Air temperature',
          definition: 'https://example.org/temperature',
        },
      },
    ],
  };
}

export const observationsTopic = (datastreamId: string) =>
  `v1.1/Datastreams(${datastreamId})/Observations`;
