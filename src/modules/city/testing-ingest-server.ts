import { openDatabase } from '#kernel/db.ts';
import { openHouse } from './testing-things.ts';

/**
 * The things as a process of their own, for tests that kill it and for bench/ingest.ts:
 * `node testing-ingest-server.ts PLACE PORT COUNT`, on PGlite in the folder PLACE or on the PostgreSQL at that URL.
 * Makes COUNT things first. Writes one line of JSON: the address for MQTT, and those things.
 */
const [place = '', port = '0', count = '0'] = process.argv.slice(2);
const db = place.startsWith('postgres:')
  ? openDatabase({ engine: 'postgres', url: place, connectionsMax: 5 })
  : openDatabase({ engine: 'pglite', folder: place });
const house = await openHouse(db, { CITY_MQTT_PORT: Number(port) });
const things: unknown[] = [];
for (let n = 1; n <= Number(count); n += 1) {
  const { thingId, datastreamId, access } = await house.thing('harbour', `thing ${n}`);
  things.push({ thingId, datastreamId, access });
}
console.log(JSON.stringify({ mqttUrl: house.mqttUrl, things }));
