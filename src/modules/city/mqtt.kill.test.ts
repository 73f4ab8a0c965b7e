import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectSocket, Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import mqtt from 'mqtt';
import { expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { observationsTopic } from './testing-things.ts';

const MESSAGES = 800;
const CUTS_AT = [150, 600];
const KILL_AT = 400;
/** The client sends again one by one after each cut. */
const IN_FLIGHT = 20;

type Started = {
  child: ChildProcess;
  mqttUrl: string;
  things: { thingId: string; datastreamId: string; access: { key: string } }[];
};

async function start(...argv: string[]): Promise<Started> {
  const file = fileURLToPath(new URL('./testing-ingest-server.ts', import.meta.url));
  const child = spawn(process.execPath, [file, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout!, 'data');
  return { child, ...JSON.parse(String(line)) };
}

/** A network that can be cut: everything that is connected through it breaks off. */
async function openNetwork(port: number) {
  const sockets = new Set<Socket>();
  const server = new Server((near) => {
    const far = connectSocket(port, '127.0.0.1');
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
    }
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : 0,
    cut() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    close: () => server.close(),
  };
}

/** Where to keep rows, for the server and for a look after it has gone. */
async function placeOf(engine: string, open: () => Promise<Database>) {
  if (engine === 'pglite') {
    const folder = await mkdtemp(join(tmpdir(), 'touyan-city-kill-'));
    const place = join(folder, 'database');
    const look = async () => openDatabase({ engine: 'pglite', folder: place });
    return { place, look, remove: () => rm(folder, { recursive: true }) };
  }
  const db = await open();
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db.read);
  await db.close();
  const url = new URL(process.env.DATABASE_URL_TEST!);
  url.pathname = `/${rows[0]!.name}`;
  const look = async () => openDatabase({ engine: 'postgres', url: url.href, connectionsMax: 2 });
  return { place: url.href, look, remove: async () => {} };
}

async function resultsIn(look: () => Promise<Database>): Promise<number[]> {
  const db = await look();
  const { rows } = await sql<{ number: number }>`
    select number from city_observations order by number`.execute(db.read);
  await db.close();
  return rows.map(({ number }) => number);
}

/**
 * A thing streams while its network is cut and the server is killed (SIGKILL). It sends again what was not
 * acknowledged, and nothing else; in the end everything is stored, and stored once.
 */
it.each(testDatabases())(
  'keeps what it acknowledged through kill -9 and cuts, and stores it once ($engine)',
  async ({ engine, open }) => {
    const { place, look, remove } = await placeOf(engine, open);
    const first = await start(place, '0', '1');
    const {
      things: [thing],
      mqttUrl,
    } = first;
    const port = Number(new URL(mqttUrl).port);
    const network = await openNetwork(port);
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${network.port}`, {
      ...{ username: thing!.thingId, password: thing!.access.key, reconnectPeriod: 50 },
      ...{ clean: false, clientId: 'streaming', connectTimeout: 2_000 },
    });
    client.on('error', () => {});
    const acknowledged: number[] = [];
    const base = Date.now() - 3_600_000;
    const killed: { done: Promise<number> | null } = { done: null };
    let running = first.child;
    const kill = async () => {
      running.kill('SIGKILL');
      await once(running, 'close');
      const seen = acknowledged.length;
      ({ child: running } = await start(place, String(port)));
      return seen;
    };
    const send = async (n: number) => {
      const phenomenonTime = new Date(base + n).toISOString();
      const message = JSON.stringify({ result: n, phenomenonTime });
      // The client gives up what it is sending again when the network is cut once more: a thing sends it anew.
      for (let sent = false; !sent; ) {
        sent = await client
          .publishAsync(observationsTopic(thing!.datastreamId), message, { qos: 1 })
          .then(
            () => true,
            () => false,
          );
      }
      acknowledged.push(n);
      if (CUTS_AT.includes(acknowledged.length)) network.cut();
      if (acknowledged.length >= KILL_AT) killed.done ??= kill();
    };
    let next = 0;
    const streams = Array.from({ length: IN_FLIGHT }, async () => {
      while (next < MESSAGES) {
        next += 1;
        await send(next - 1);
      }
    });
    await Promise.all(streams);
    expect(await killed.done).toBeGreaterThanOrEqual(KILL_AT);
    await client.endAsync();
    running.kill('SIGKILL');
    await once(running, 'close');
    expect(await resultsIn(look)).toEqual(Array.from({ length: MESSAGES }, (_, n) => n));
    network.close();
    await remove();
  },
  120_000,
);
