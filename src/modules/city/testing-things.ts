import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import mqtt from 'mqtt';
import { type Clock, systemClock } from '#kernel/clock.ts';
import { moduleContract } from '#kernel/contract.ts';
import type { Database } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { startHttp } from '#kernel/http.ts';
import { guard } from '#kernel/module.ts';
import { type Principal, stranger } from '#kernel/principal.ts';
import { superviseServices } from '#kernel/supervisor.ts';
import { callAs } from '#kernel/testing-calls.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
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

/** A call by an administrator of the organisation. */
export const member = (organisation: string) =>
  callAs(`member_of_${organisation}`, { administratorOf: organisation });

const deviceOf = (organisation: string): Principal =>
  callAs(`device_of_${organisation}`, { administratorOf: organisation, kind: 'device' }).principal;

const contract = moduleContract({ name: 'city', ...thingsContract });
const migrations = {
  module: 'city',
  folder: fileURLToPath(new URL('./migrations', import.meta.url)),
};

/**
 * The things behind HTTP and MQTT. API keys are the names of principals: `key_of_<organisation>` is a device of
 * it, anything else is refused.
 */
export async function openHouse(
  db: Database,
  more: Partial<CityOptions> = {},
  clock: Clock = systemClock,
) {
  // The policies of the other half name actions that are declared there.
  const sources = [{ contract, migrations, cedar: null }];
  const { kernel } = await openTestKernel(db, { sources, clock });
  const revoked = new Set<string>();
  const authenticate = async (headers: Headers): Promise<Principal> => {
    const authorization = headers.get('authorization');
    if (authorization === null) return stranger;
    const [, organisation] = /^Bearer key_of_(\w+)$/.exec(authorization) ?? [];
    if (!organisation || revoked.has(organisation)) throw kernelErrors.make.not_signed_in();
    return deviceOf(organisation);
  };
  const partyNames = async (ids: readonly string[]) =>
    new Map(ids.map((id) => [id, `name of ${id}`]));
  const things = createThings(testOptions(more), { kernel, authenticate, partyNames });
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
      const { mqtt: listens } = await handlers.getCityStatus({}, member('harbour'));
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
      const created = await handlers.createThing(thingDraft.parse(input), member(organisation));
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
