import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import mqtt from 'mqtt';
import { openDatabase } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { figureAtLeast, quantile } from '../tools/figure.ts';

/**
 * From MQTT to durable: observations a second that are published with QoS 1 by 20 things, until the last one is
 * acknowledged, which it is once it is committed. Against Mosquitto with a plain subscriber in a
 * process of its own, which inserts the same rows one by one into the same PostgreSQL, until the last one is committed;
 * its queues are without limits, for by default it drops what its subscriber is too slow for. Server, database
 * and load share the machine. One JSON line a figure.
 */

const THINGS = 20;
const IN_FLIGHT = 250;
const ROUNDS = 3;
const [role, ...given] = process.argv.slice(2);

if (role === 'subscriber') await subscribe(given[0] ?? '', given[1] ?? '', Number(given[2]));
else await measure();

type Sender = { username: string; password: string; topic: string };

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'touyan-bench-'));
  const rates = new Map<string, number>();
  for (const { engine, open } of testDatabases()) {
    let place = join(folder, 'database');
    if (engine === 'postgres') {
      const db = await open();
      const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(
        db.read,
      );
      const url = new URL(process.env.DATABASE_URL_TEST ?? '');
      url.pathname = `/${rows[0]?.name}`;
      place = url.href;
      await db.close();
    }
    const [count, limit] = engine === 'pglite' ? [30_000, 5_000] : [100_000, 20_000];
    const rate = await throughPlatform(place, count);
    rates.set(engine, rate);
    figureAtLeast(`ingest.rate.${engine}`, rate, 'observations/s', limit);
    const plain = engine === 'postgres' ? await throughMosquitto(place, folder, 5_000) : null;
    if (plain !== null) figureAtLeast('ingest.over_mosquitto', rate / plain, 'times', 1.5);
  }
  await rm(folder, { recursive: true });
}

async function throughPlatform(place: string, count: number): Promise<number> {
  const file = fileURLToPath(
    new URL('../src/modules/city/testing-ingest-server.ts', import.meta.url),
  );
  const server = spawn(process.execPath, [file, place, '0', String(THINGS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { mqttUrl, things } = JSON.parse(await firstLine(server));
  const senders = things.map(
    (thing: { thingId: string; datastreamId: string; access: { key: string } }): Sender => ({
      username: thing.thingId,
      password: thing.access.key,
      topic: `v1.1/Datastreams(${thing.datastreamId})/Observations`,
    }),
  );
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const seconds = await publish(Number(new URL(mqttUrl).port), senders, count, round);
    if (round > 0) rates.push(count / seconds);
  }
  server.kill('SIGKILL');
  await once(server, 'close');
  return quantile(rates, 0.5);
}

async function throughMosquitto(
  place: string,
  folder: string,
  count: number,
): Promise<number | null> {
  if (!existsSync('/usr/sbin/mosquitto')) return null;
  const port = 20_000 + (process.pid % 10_000);
  const settings = join(folder, 'mosquitto.conf');
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'set_tcp_nodelay true'];
  const limits = ['max_queued_messages 0', 'max_inflight_messages 0'];
  await writeFile(settings, [...lines, ...limits, ''].join('\n'));
  const broker = spawn('/usr/sbin/mosquitto', ['-c', settings], { stdio: 'ignore' });
  await reachable(port);
  const senders = Array.from({ length: THINGS }, (_, n) => ({
    ...{ username: '', password: '', topic: `v1.1/Datastreams(${n})/Observations` },
  }));
  const own = fileURLToPath(import.meta.url);
  const argv = [own, 'subscriber', place, `mqtt://127.0.0.1:${port}`, String(count)];
  const subscriber = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  await firstLine(subscriber);
  const ended = once(subscriber, 'close');
  const began = performance.now();
  await publish(port, senders, count, 0);
  await ended;
  const seconds = (performance.now() - began) / 1000;
  broker.kill();
  return count / seconds;
}

/** What is written in an afternoon: each message becomes one INSERT, and is acknowledged after it. */
async function subscribe(place: string, url: string, count: number): Promise<void> {
  const db = openDatabase({ engine: 'postgres', url: place, connectionsMax: 1 });
  await db.raw(`create table bench_observations (id bigint generated always as identity primary key,
    datastream text not null, phenomenon_time timestamptz not null, number double precision not null,
    received_at timestamptz not null, unique (datastream, phenomenon_time, number))`);
  const client = await mqtt.connectAsync(url, { manualConnect: false });
  let stored = 0;
  client.handleMessage = (packet, done) => {
    const { result, phenomenonTime } = JSON.parse(packet.payload.toString());
    const values = [packet.topic, phenomenonTime, result, new Date().toISOString()];
    const statement = `insert into bench_observations (datastream, phenomenon_time, number, received_at)
      values ($1, $2, $3, $4) on conflict do nothing`;
    db.raw(statement, values).then(() => {
      stored += 1;
      done();
      if (stored === count) client.end(false, {}, () => void db.close());
    });
  };
  await client.subscribeAsync('v1.1/+/Observations', { qos: 1 });
  console.log('ready');
}

/** Publishes from all senders at once; gives the seconds until all is acknowledged. */
async function publish(
  port: number,
  senders: readonly Sender[],
  count: number,
  round: number,
): Promise<number> {
  const each = Math.ceil(count / senders.length);
  const base = Date.now() - 86_400_000 + round * 10_000_000;
  const ready = await Promise.all(
    senders.map(async (sender) => {
      const socket = await connect(port, sender);
      const packets = Array.from({ length: each }, (_, n) => packetOf(sender.topic, n, base));
      return { socket, packets };
    }),
  );
  const began = performance.now();
  await Promise.all(ready.map(({ socket, packets }) => stream(socket, packets)));
  const seconds = (performance.now() - began) / 1000;
  for (const { socket } of ready) socket.destroy();
  return seconds;
}

/** A few in flight at a time, as clients do; the next ones go as PUBACKs (4 bytes each) come. */
function stream(socket: Socket, packets: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let bytes = 0;
    const send = () => {
      const until = Math.min(packets.length, Math.floor(bytes / 4) + IN_FLIGHT);
      if (until > sent) socket.write(Buffer.concat(packets.slice(sent, until)));
      sent = Math.max(sent, until);
    };
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes >= packets.length * 4) resolve();
      else send();
    });
    socket.on('close', () => reject(new Error('the connection ended')));
    send();
  });
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

function frame(type: number, body: Buffer): Buffer {
  const [low, high] = [body.length & 127, body.length >> 7];
  return Buffer.concat([Buffer.from(high > 0 ? [type, low | 128, high] : [type, low]), body]);
}

/** PUBLISH with QoS 1 (MQTT 3.1.1, 3.3). */
function packetOf(topic: string, n: number, base: number): Buffer {
  const phenomenonTime = new Date(base + n * 10).toISOString();
  const payload = JSON.stringify({ phenomenonTime, result: (n % 400) / 10 });
  const id = (n % 65_535) + 1;
  const body = [text(topic), Buffer.from([id >> 8, id & 255]), Buffer.from(payload)];
  return frame(0x32, Buffer.concat(body));
}

/** CONNECT (MQTT 3.1.1, 3.1), resolved by a CONNACK that says yes. */
async function connect(port: number, { username, password, topic }: Sender): Promise<Socket> {
  const socket = connectSocket(port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  const named = username !== '';
  const head = [text('MQTT'), Buffer.from([4, named ? 0xc2 : 0x02, 0, 0]), text(`load ${topic}`)];
  const credentials = named ? [text(username), text(password)] : [];
  socket.write(frame(0x10, Buffer.concat([...head, ...credentials])));
  const [answer]: Buffer[] = await once(socket, 'data');
  if (answer?.[3] !== 0) throw new Error(`refused with ${answer?.[3]}`);
  return socket;
}

async function reachable(port: number): Promise<void> {
  for (;;) {
    const socket = connectSocket(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('a process without output');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('a process ended before it was ready');
}
