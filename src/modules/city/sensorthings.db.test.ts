import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabases } from '#kernel/testing.ts';
import { type House, openHouse } from './testing-things.ts';

/** SensorThings 1.1 over HTTP, after the cases of OGC 18-088 and FROST-Server.Tests that its README names. */

describe.each(testDatabases())('SensorThings on $engine', ({ open }) => {
  let house: House;
  let open1: Awaited<ReturnType<House['thing']>>;
  let closed: Awaited<ReturnType<House['thing']>>;
  const base = Date.parse('2026-11-23T00:00:00Z');
  const at = (n: number) => new Date(base + n * 60_000).toISOString();

  beforeAll(async () => {
    house = await openHouse(await open(), {}, { now: () => new Date('2026-11-23T02:00:00Z') });
    open1 = await house.thing('harbour', 'Open', { audience: 'public', replayed: true });
    closed = await house.thing('harbour', 'Closed');
    const groups = [open1, closed].map(({ datastreamId }) => ({
      Datastream: { '@iot.id': datastreamId },
      components: ['phenomenonTime', 'result'],
      dataArray: Array.from({ length: 7 }, (_, n) => [at(n), n / 2]),
    }));
    await post('/CreateObservations', groups);
  });
  afterAll(() => house?.close());

  const call = async (path: string, init: RequestInit = {}) => {
    const url = path.startsWith('http') ? path : `${house.address}/v1.1${path}`;
    const response = await fetch(url, init);
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      body: json ? JSON.parse(text) : text,
      headers: response.headers,
    };
  };
  const get = (path: string) => call(path);
  const asOwner = (path: string) =>
    call(path, { headers: { authorization: 'Bearer key_of_harbour' } });
  const post = (path: string, body: unknown, organisation: string | null = 'harbour') =>
    call(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: organisation ? { authorization: `Bearer key_of_${organisation}` } : {},
    });
  const datastream = () => `/Datastreams('${open1.datastreamId}')`;

  it('shows its landing page, with the address for MQTT', async () => {
    const { status, body } = await get('');
    expect(status).toBe(200);
    expect(body.value.map(({ name }: { name: string }) => name)).toContain('FeaturesOfInterest');
    expect(body.value[0].url).toBe(`${house.address}/v1.1/Things`);
    expect(JSON.stringify(body.serverSettings)).toContain(house.mqttUrl);
  });

  it('shows every entity in its true shape, and what is replayed says so', async () => {
    const thing = (await get(`/Things('${open1.thingId}')`)).body;
    expect(thing).toEqual({
      '@iot.id': open1.thingId,
      '@iot.selfLink': `${house.address}/v1.1/Things('${open1.thingId}')`,
      name: 'Open',
      description: '',
      properties: { replayed: true },
      'Locations@iot.navigationLink': `${house.address}/v1.1/Things('${open1.thingId}')/Locations`,
      'HistoricalLocations@iot.navigationLink': `${house.address}/v1.1/Things('${open1.thingId}')/HistoricalLocations`,
      'Datastreams@iot.navigationLink': `${house.address}/v1.1/Things('${open1.thingId}')/Datastreams`,
    });
    expect((await get(datastream())).body).toMatchObject({
      observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
      unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
      phenomenonTime: `${at(0)}/${at(6)}`,
      properties: { replayed: true },
    });
    const [observation] = (await get(`${datastream()}/Observations`)).body.value;
    expect(observation).toMatchObject({
      ...{ phenomenonTime: at(0), resultTime: null, result: 0, parameters: { replayed: true } },
    });
    const feature = await get(`/Observations('${observation['@iot.id']}')/FeatureOfInterest`);
    expect(feature.body.feature).toEqual({ type: 'Point', coordinates: [121.43, 31.18] });
    const [location] = (await get(`/Things('${open1.thingId}')/Locations`)).body.value;
    expect(location).toMatchObject({ encodingType: 'application/geo+json', name: 'Gate' });
    const history = (await get(`/Things('${open1.thingId}')/HistoricalLocations`)).body.value;
    expect(history).toMatchObject([{ time: '2026-11-23T02:00:00.000Z' }]);
    for (const path of [...history, location, observation, feature.body].map(
      (one) => one['@iot.selfLink'],
    )) {
      expect((await get(path)).status, path).toBe(200);
    }
    for (const path of [
      `${datastream()}/Sensor`,
      `${datastream()}/ObservedProperty`,
      `${datastream()}/Thing`,
    ]) {
      expect((await get(path)).body).toHaveProperty('@iot.selfLink');
    }
  });

  it('shows strangers what is public, and its owner the rest', async () => {
    for (const path of ['/Things', '/Datastreams', '/Locations', '/Sensors', '/Observations']) {
      const seen = (await get(`${path}?$count=true`)).body['@iot.count'];
      const all = (await asOwner(`${path}?$count=true`)).body['@iot.count'];
      const shared = path === '/Sensors';
      expect([seen, all], path).toEqual(
        shared ? [1, 1] : path === '/Observations' ? [7, 14] : [1, 2],
      );
    }
    expect((await get(`/Things('${closed.thingId}')`)).status).toBe(404);
    expect((await get(`/Datastreams('${closed.datastreamId}')/Observations`)).status).toBe(404);
    const expanded = await get('/Sensors?$expand=Datastreams/Thing');
    expect(JSON.stringify(expanded.body)).not.toContain(closed.thingId);
    const filtered = await get("/Observations?$filter=Datastream/Thing/name eq 'Closed'");
    expect(filtered.body.value).toEqual([]);
  });

  it('pages, orders, counts, selects and filters', async () => {
    const page = (await get(`${datastream()}/Observations?$top=3&$count=true&$orderby=result desc`))
      .body;
    expect(page['@iot.count']).toBe(7);
    expect(page.value.map(({ result }: { result: number }) => result)).toEqual([3, 2.5, 2]);
    const second = (await get(page['@iot.nextLink'])).body;
    const third = (await get(second['@iot.nextLink'])).body;
    expect(third.value.map(({ result }: { result: number }) => result)).toEqual([0]);
    expect(third).not.toHaveProperty('@iot.nextLink');
    const count = async (filter: string) =>
      (await get(`/Observations?$count=true&$top=0&$filter=${encodeURIComponent(filter)}`)).body[
        '@iot.count'
      ];
    expect(await count('result gt 1 and result le 2')).toBe(2);
    expect(await count(`phenomenonTime ge ${at(5)} or result eq 0`)).toBe(3);
    expect(await count(`Datastream/id eq '${open1.datastreamId}'`)).toBe(7);
    expect(await count("startswith(Datastream/name, 'temp') and not (result lt 3)")).toBe(1);
    expect(await count('resultTime lt 2027-01-01T00:00:00Z')).toBe(0);
    expect(
      await count("parameters/replayed eq true and Datastream/unitOfMeasurement/symbol eq '°C'"),
    ).toBe(7);
    const selected = (await get('/Things?$select=id,name')).body.value;
    expect(selected).toEqual([{ '@iot.id': open1.thingId, name: 'Open' }]);
  });

  it('expands to the latest of everything by one address', async () => {
    const query =
      '$expand=Datastreams($expand=Observations($orderby=phenomenonTime desc;$top=1;$count=true),Sensor)';
    const { body } = await get(`/Things?${query}`);
    const [inner] = body.value[0].Datastreams;
    expect(inner).toMatchObject({ Sensor: { name: 'DHT22' }, 'Observations@iot.count': 7 });
    expect(inner.Observations).toMatchObject([{ result: 3 }]);
    const next = (await get(inner['Observations@iot.nextLink'])).body;
    expect(next.value).toMatchObject([{ result: 2.5 }]);
  });

  it('reads properties, raw values and references', async () => {
    expect((await get(`${datastream()}/name`)).body).toEqual({ name: 'temperature' });
    expect((await get(`${datastream()}/name/$value`)).body).toBe('temperature');
    expect((await get(`${datastream()}/unitOfMeasurement/symbol`)).body).toEqual({ symbol: '°C' });
    const [first] = (await get(`${datastream()}/Observations?$top=1`)).body.value;
    expect((await get(`/Observations('${first['@iot.id']}')/resultTime`)).status).toBe(204);
    const refs = (await get('/Things/$ref')).body.value;
    expect(refs).toEqual([{ '@iot.selfLink': `${house.address}/v1.1/Things('${open1.thingId}')` }]);
  });

  it('says 501 of what is not here, 400 of nonsense, 404 of nothing', async () => {
    const cases: [number, string][] = [
      [501, '/Things?$apply=x'],
      [501, '/Observations?$resultFormat=dataArray'],
      [501, '/Things?$filter=Datastreams/name eq 1'],
      [400, '/Things?$count=maybe'],
      [400, '/Things?$filter=name gt 5'],
      [400, '/Things?$filter=nothing eq 5'],
      [400, '/Things?$select=nothing'],
      [400, '/Things?$expand=Nothing'],
      [400, '/Things?$orderby=nothing'],
      [404, '/Nothing'],
      [404, "/Things('thing_1')"],
      [404, "/Things('thing_1')/Datastreams"],
      [404, `/Things('${open1.thingId}')/Datastreams('datastream_1')`],
    ];
    for (const [status, path] of cases) expect((await get(path)).status, path).toBe(status);
  });

  it('creates observations for those who may, durable and once', async () => {
    const one = { phenomenonTime: at(30), result: 9.5, parameters: { mote: 7 } };
    const created = await post(`${datastream()}/Observations`, one);
    expect(created.status).toBe(201);
    const link = created.headers.get('location') ?? '';
    expect((await get(link)).body).toMatchObject({ result: 9.5, parameters: { mote: 7 } });
    const linked = { ...one, Datastream: { '@iot.id': open1.datastreamId } };
    expect((await post('/Observations', linked)).headers.get('location')).toBe(link);
    expect((await post('/Observations', linked, null)).status).toBe(401);
    expect((await post('/Observations', linked, 'hospital')).body.code).toBe(
      'city.observation_refused',
    );
    expect((await post('/Things', { name: 'x' })).status).toBe(501);
    expect((await post(`${datastream()}/Observations`, '{')).status).toBe(400);
    const rows = [[at(31), 1], [at(32), 'warm'], [at(30), 9.5], 'nonsense'];
    const many = await post('/CreateObservations', [
      {
        Datastream: { '@iot.id': open1.datastreamId },
        ...{ components: ['phenomenonTime', 'result'], dataArray: rows },
      },
    ]);
    expect(many.status).toBe(201);
    expect(many.body).toEqual([expect.stringContaining('Observations('), 'error', link, 'error']);
    const { body } = await get(`${datastream()}/Observations?$count=true&$top=0`);
    expect(body['@iot.count']).toBe(9);
  });
});
