import type { Actor } from './actor.ts';
import { simulated } from './call.ts';

/**
 * The four motes of the recording as terminals of districts. Their places are for show: the recording says
 * nothing of where they stood.
 */
const places = [
  { moteId: 1, indoor: 0, district: '310151', name: '崇明', longitude: 121.397, latitude: 31.623 },
  { moteId: 2, indoor: 0, district: '310115', name: '浦东', longitude: 121.544, latitude: 31.221 },
  { moteId: 3, indoor: 1, district: '310101', name: '黄浦', longitude: 121.49, latitude: 31.231 },
  { moteId: 4, indoor: 1, district: '310109', name: '虹口', longitude: 121.505, latitude: 31.264 },
] as const;

const channels = ['humidity', 'temperature'] as const;
export type Channel = (typeof channels)[number];

const channelWords = {
  humidity: { unit: { name: 'percent', symbol: '%', definition: '%' }, says: '相对湿度' },
  temperature: {
    unit: { name: 'degree Celsius', symbol: '°C', definition: 'Cel' },
    says: '气温',
  },
} as const;

/** A terminal with what it needs to speak: its key, and the datastream of each channel. */
export type Terminal = {
  moteId: number;
  thingId: string;
  username: string;
  key: string;
  datastreams: Readonly<Record<Channel, string>>;
};

/** The terminals, put on the platform if need be. A key is shown once, so one that stands is renewed. */
export async function placeTerminals(owner: Actor, ownerId: string): Promise<Terminal[]> {
  const terminals: Terminal[] = [];
  for (const place of places) terminals.push(await placeTerminal(owner, ownerId, place));
  return terminals;
}

async function placeTerminal(
  { client }: Actor,
  ownerId: string,
  place: (typeof places)[number],
): Promise<Terminal> {
  const { moteId, indoor, district, longitude, latitude } = place;
  const name = `环境传感器 ${moteId} 号 · ${place.name}（演示）`;
  const { items } = await client.city.listThings({ ownerId, query: name, limit: 10 });
  const standing = items.find((item) => item.name === name);
  const thing = standing
    ? {
        ...(await client.city.getThing({ thingId: standing.thingId })),
        access: await client.city.rotateThingKey({ thingId: standing.thingId }),
      }
    : await client.city.createThing({
        ownerId,
        name,
        description: `${simulated.zh}。${simulated.en}.`,
        properties: { mote_id: moteId, indoor },
        district,
        location: { name: '示意位置', longitude, latitude },
        audience: 'public',
        replayed: true,
        datastreams: channels.map((channel) => ({
          name: channel,
          description: channelWords[channel].says,
          unit: channelWords[channel].unit,
          sensor: { name: 'TelosB (SHT11)' },
          observedProperty: {
            name: channel,
            definition: `https://qudt.org/vocab/quantitykind/${channel === 'humidity' ? 'RelativeHumidity' : 'Temperature'}`,
          },
        })),
      });
  const { thingId } = thing;
  const { version, limits } = await client.city.getCommandLimits({ thingId });
  if (limits.length === 0) {
    await client.city.setCommandLimits({ thingId, version, limits: [recalibrate] });
  }
  const of = (channel: Channel) =>
    thing.datastreams.find((each) => each.name === channel)?.datastreamId ?? '';
  return {
    ...{ moteId, thingId, username: thing.access.username, key: thing.access.key },
    datastreams: { humidity: of('humidity'), temperature: of('temperature') },
  };
}

const recalibrate = {
  name: 'recalibrate',
  parameters: {},
  perHourMax: 60,
  twoPersons: false,
  expiresSeconds: 600,
};

/** The rule that asks the deployment about each reading; its id. */
export async function placeRule(
  { client }: Actor,
  ownerId: string,
  deploymentId: string,
  terminals: readonly Terminal[],
): Promise<string> {
  const { items } = await client.city.listRules({ ownerId, limit: 100 });
  const standing = items.find(
    ({ condition }) => condition.kind === 'deployment' && condition.deploymentId === deploymentId,
  );
  if (standing) return standing.ruleId;
  const { ruleId } = await client.city.createRule({
    ownerId,
    document: {
      title: { zh: '传感器异常', en: 'Sensor anomaly' },
      thingIds: terminals.map(({ thingId }) => thingId),
      condition: {
        kind: 'deployment',
        deploymentId,
        columns: [
          { column: 'row', from: 'parameter', name: 'row' },
          { column: 'time_s', from: 'parameter', name: 'time_s' },
          { column: 'mote_id', from: 'thing', name: 'mote_id' },
          { column: 'indoor', from: 'thing', name: 'indoor' },
          { column: 'humidity', from: 'result', name: 'humidity' },
          { column: 'temperature', from: 'result', name: 'temperature' },
        ],
      },
      forReadings: 2,
      severity: 'major',
      cooldownSeconds: 0,
      command: { name: 'recalibrate', parameters: {} },
    },
  });
  return ruleId;
}
