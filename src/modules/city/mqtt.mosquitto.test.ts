import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabases } from '#kernel/testing.ts';
import { type House, member, observationsTopic, openHouse } from './testing-things.ts';

/** The clients of Mosquitto, which others wrote in C, against our MQTT. */

const [database] = testDatabases();

describe.runIf(existsSync('/usr/bin/mosquitto_pub'))('mosquitto clients', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(await database!.open());
  });
  afterAll(() => house?.close());

  async function run(program: string, argv: readonly string[], input = '') {
    const { hostname, port } = new URL(house.mqttUrl);
    const child = spawn(program, ['-h', hostname, '-p', port, ...argv]);
    let out = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        out += part;
      });
    }
    child.stdin.end(input);
    const [code] = await once(child, 'close');
    return { code, out };
  }

  it('publish a stream with QoS 0, 1 and 2', async () => {
    const thing = await house.thing('harbour', 'of mosquitto');
    const base = Date.now() - 3_600_000;
    for (const [round, qos] of ['1', '2', '0'].entries()) {
      const lines = Array.from({ length: 100 }, (_, n) => {
        const at = new Date(base + (round * 100 + n) * 1000).toISOString();
        return JSON.stringify({ result: n, phenomenonTime: at });
      });
      const topic = observationsTopic(thing.datastreamId);
      const key = ['-u', thing.thingId, '-P', thing.access.key];
      const ran = await run(
        'mosquitto_pub',
        [...key, '-q', qos, '-t', topic, '-l'],
        lines.join('\n'),
      );
      expect(ran).toMatchObject({ code: 0 });
      const count = async () =>
        (await house.handlers.getThing(thing, member('harbour'))).observations;
      await expect.poll(count).toBe((round + 1) * 100);
    }
  });

  it('are refused without a key, and hear nothing but their own commands', async () => {
    const thing = await house.thing('harbour', 'listening');
    const key = ['-u', thing.thingId, '-P', thing.access.key];
    const stranger = await run('mosquitto_pub', ['-q', '1', '-t', 'v1.1/Observations', '-m', '{}']);
    expect(stranger.out).toContain('bad user name or password');
    const everything = await run('mosquitto_sub', [...key, '-q', '1', '-t', '#', '-W', '2']);
    expect(everything.out).toContain('denied');
    const topic = `v1.1/Things(${thing.thingId})/commands`;
    const heard = run('mosquitto_sub', [...key, '-q', '1', '-t', topic, '-C', '1', '-W', '20']);
    await expect
      .poll(() => house.things.seam.listening(), { timeout: 5_000 })
      .toContain(thing.thingId);
    expect(await house.things.seam.send(thing.thingId, { name: 'close' })).toBe(true);
    expect(await heard).toEqual({ code: 0, out: '{"name":"close"}\n' });
  });
});
