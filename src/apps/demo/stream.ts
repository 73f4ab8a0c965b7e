import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { prepareSpans } from '#examples/sensor-anomaly/prepare.ts';
import { preparationSeed, scoreOptions } from '#examples/sensor-anomaly/settings.ts';
import { pause } from '#kernel/service.ts';
import type { Channel, Terminal } from './terminals.ts';

/** How many seconds of the recording go by in one. */
const SPEED = 600;
const READING_MS = 5_000;
const START_SECONDS = 10_000;

const example = new URL('../../../examples/sensor-anomaly/', import.meta.url).pathname;
const never = new AbortController().signal;

/** One row of the live span, as its table of features has it. */
type LiveRow = {
  row: number;
  timeSeconds: number;
  moteId: number;
  values: Readonly<Record<Channel, number | null>>;
};

type LiveEvent = { moteId: number; firstReading: number; lastReading: number };

export type LiveSpan = { rows: readonly LiveRow[]; events: readonly LiveEvent[] };

/** The span with the recording's two real events, which no evaluation has seen. */
export async function readLiveSpan(): Promise<LiveSpan> {
  const csv = await readFile(join(example, 'data', 'multi-hop.csv'), 'utf8');
  const { live } = prepareSpans(csv, preparationSeed);
  const number = (text = '') => (text === '' ? null : Number(text));
  const rows = linesOf(live.features).map(([row, time, mote, , humidity, temperature]) => ({
    row: Number(row),
    timeSeconds: Number(time),
    moteId: Number(mote),
    values: { humidity: number(humidity), temperature: number(temperature) },
  }));
  const events = new Map<string, LiveEvent>();
  for (const [place, [, mote, , eventId = '']] of linesOf(live.labels).entries()) {
    if (eventId === '') continue;
    const reading = readingOf(rows[place]?.timeSeconds ?? 0);
    const known = events.get(eventId);
    if (known) known.lastReading = reading;
    else events.set(eventId, { moteId: Number(mote), firstReading: reading, lastReading: reading });
  }
  return { rows, events: [...events.values()] };
}

const linesOf = (csv: string) =>
  csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

const readingOf = (timeSeconds: number) => ((timeSeconds - START_SECONDS) * 1000) / READING_MS;

/** When a reading is played, in milliseconds since 1970. */
const playedAt = (startMs: number, timeSeconds: number) =>
  startMs + ((timeSeconds - START_SECONDS) * 1000) / SPEED;

/** Terminals that are connected, by their motes. */
export type Connected = ReadonlyMap<number, { terminal: Terminal; client: MqttClient }>;

/** Connects each terminal over MQTT; from then on it answers the commands that come. */
export async function connectTerminals(
  address: string,
  terminals: readonly Terminal[],
): Promise<Connected> {
  const connected = await Promise.all(
    terminals.map(async (terminal) => ({ terminal, client: await connect(address, terminal) })),
  );
  return new Map(connected.map((each) => [each.terminal.moteId, each]));
}

/**
 * Plays the span. Every observation has the time at which it is played from `startMs` on, so playing it
 * again stores nothing twice. Resolves to how many were sent once all were acknowledged.
 */
export async function playSpan(
  span: LiveSpan,
  connected: Connected,
  options: { startMs: number; tell(sent: number): void },
): Promise<number> {
  const { startMs, tell } = options;
  const began = Date.now();
  const acknowledged: Promise<unknown>[] = [];
  for (const { row, timeSeconds, moteId, values } of span.rows) {
    const due = playedAt(began, timeSeconds) - Date.now();
    if (due > 5) await pause(due, never);
    const known = connected.get(moteId);
    if (!known) throw new Error(`there is no terminal for mote ${moteId}`);
    const { terminal, client } = known;
    const phenomenonTime = new Date(playedAt(startMs, timeSeconds)).toISOString();
    for (const channel of ['humidity', 'temperature'] as const) {
      const result = values[channel];
      if (result === null) continue;
      const topic = `v1.1/Datastreams(${terminal.datastreams[channel]})/Observations`;
      const message = { phenomenonTime, result, parameters: { row, time_s: timeSeconds } };
      acknowledged.push(client.publishAsync(topic, JSON.stringify(message), { qos: 1 }));
    }
    tell(acknowledged.length);
  }
  await Promise.all(acknowledged);
  return acknowledged.length;
}

/** A terminal that does what it is told at once. */
async function connect(address: string, terminal: Terminal): Promise<MqttClient> {
  const { thingId, username, key } = terminal;
  const client = await connectAsync(address, {
    ...{ username, password: key, clientId: `terminal-${terminal.moteId}`, clean: false },
    protocolVersion: 4,
  });
  client.on('message', (_topic, payload) => {
    const { commandId }: { commandId: string } = JSON.parse(payload.toString());
    const answer = JSON.stringify({ commandId, state: 'done', message: '已校准 recalibrated' });
    client.publish(`v1.1/Things(${thingId})/commands/acknowledgements`, answer, { qos: 1 });
  });
  await client.subscribeAsync(`v1.1/Things(${thingId})/commands`, { qos: 1 });
  return client;
}

/** What an incident says, as far as it is held against the labels. */
type Raised = { thingId: string; firstObservedAt: string };

/**
 * Incidents against labels: an event is found if the first incident on its mote within it came within the
 * latency of the call; an incident outside every event is a false alarm.
 */
export function compareWithLabels(
  { events }: LiveSpan,
  incidents: readonly Raised[],
  options: { terminals: readonly Terminal[]; startMs: number },
): { eventsTrue: number; eventsFound: number; falseAlarms: number } {
  const moteOf = new Map(options.terminals.map(({ thingId, moteId }) => [thingId, moteId]));
  const raised = incidents.map(({ thingId, firstObservedAt }) => ({
    moteId: moteOf.get(thingId),
    reading: Math.round(((Date.parse(firstObservedAt) - options.startMs) * SPEED) / READING_MS),
  }));
  const within = ({ moteId, firstReading, lastReading }: LiveEvent) =>
    raised.filter(
      (each) =>
        each.moteId === moteId && each.reading >= firstReading && each.reading <= lastReading,
    );
  const found = events.filter((event) =>
    within(event).some(
      ({ reading }) => reading - event.firstReading < scoreOptions.latencyReadings,
    ),
  );
  const inEvents = new Set(events.flatMap(within));
  return {
    eventsTrue: events.length,
    eventsFound: found.length,
    falseAlarms: raised.filter((each) => !inEvents.has(each)).length,
  };
}
