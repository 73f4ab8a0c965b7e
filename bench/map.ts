import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Actor } from '../src/apps/demo/actor.ts';
import { type Connected, connectTerminals } from '../src/apps/demo/stream.ts';
import { placeTerminals } from '../src/apps/demo/terminals.ts';
import { type Booted, boot } from '../test/boot.ts';
import { launch, visit } from '../test/e2e/browser.ts';
import { runTouyan } from '../test/touyan-process.ts';
import { figureAtMost, quantile } from '../tools/figure.ts';

/**
 * From a reading to its incident in the operations room of a browser: four terminals send 500 observations a
 * second over MQTT, the deployment is asked about each reading, and now and then a terminal sends readings
 * that are wrong. Milliseconds from the publication of the second wrong reading, which is the one that raises
 * the incident, until it stands in the page. Server, database, program, terminals and browser share the
 * machine. One JSON line.
 */

const OBSERVATIONS_PER_SECOND = 500;
const FAULTS = 12;
const CALM_MS = 2_000;
const READINGS_PER_SECOND = OBSERVATIONS_PER_SECOND / 2;

const place = await mkdtemp(join(tmpdir(), 'touyan-bench-'));
const folder = join(place, 'data');
const { code, err } = await runTouyan(['demo', '--once', '--data', folder, '--port', '0']);
if (code !== 0) throw new Error(err);

const booted = await boot({ folder });
const browser = await launch();
try {
  const latencies = await measure(booted);
  if (latencies.length < FAULTS) throw new Error(`only ${latencies.length} incidents were seen`);
  figureAtMost('map.incident_p95', quantile(latencies, 0.95), 'ms', 1000);
} finally {
  await browser.close();
  await booted.stop();
  await rm(place, { recursive: true, force: true });
}

async function measure({ as, address }: Booted): Promise<number[]> {
  const owner = await as('district');
  const { client } = owner;
  const { items } = await client.exchange.listAgreements({ state: 'active', limit: 1 });
  const agreementId = items[0]?.agreementId ?? '';
  await client.exchange.addCredit({ agreementId, amountMinor: 1_000_000, requestId: 'bench' });
  const terminals = await placeTerminals(owner, owner.organisationId ?? '');
  const { mqtt } = await client.city.getCityStatus({});
  const connected = await connectTerminals(mqtt.address ?? '', terminals);
  const { page } = await visit(browser, address, { language: 'zh', as: 'district' });
  await page.goto(`${address}/city/room`);
  await page.locator('.room-newest').waitFor();
  const sender = createSender(connected);
  const sending = sender.run();
  await setTimeout(CALM_MS);
  const latencies: number[] = [];
  for (let fault = 0; fault < FAULTS; fault += 1) {
    const raisedAt = await sender.fault(1 + (fault % terminals.length));
    const link = page.locator('.room-newest a').first();
    await link.waitFor({ timeout: 20_000 });
    latencies.push(Date.now() - raisedAt);
    await closeAll(owner, page);
    await setTimeout(CALM_MS);
  }
  sender.stop();
  await sending;
  for (const { client: terminal } of connected.values()) await terminal.endAsync();
  return latencies;
}

/** Sends readings of all terminals in turn at a steady rate; now and then two of them that are wrong. */
function createSender(connected: Connected) {
  let row = 1_000_000;
  let stopped = false;
  let wrong: { moteId: number; left: number; raised(at: number): void } | null = null;
  const publish = (moteId: number) => {
    const known = connected.get(moteId);
    if (!known) throw new Error(`there is no terminal ${moteId}`);
    row += 1;
    const phenomenonTime = new Date().toISOString();
    const parameters = { row, time_s: row };
    const isWrong = wrong?.moteId === moteId;
    const noise = Math.sin(row) / 20;
    const values = { humidity: 48 + noise, temperature: (isWrong ? 60 : 27) + noise };
    for (const channel of ['humidity', 'temperature'] as const) {
      const topic = `v1.1/Datastreams(${known.terminal.datastreams[channel]})/Observations`;
      const message = { phenomenonTime, result: values[channel], parameters };
      known.client.publish(topic, JSON.stringify(message), { qos: 1 });
    }
    if (!wrong || !isWrong) return;
    wrong.left -= 1;
    if (wrong.left > 0) return;
    wrong.raised(Date.now());
    wrong = null;
  };
  return {
    async run() {
      const began = performance.now();
      for (let reading = 0; !stopped; reading += 1) {
        publish(1 + (reading % connected.size));
        const due = (reading * 1000) / READINGS_PER_SECOND - (performance.now() - began);
        if (due > 1) await setTimeout(due);
      }
    },
    /** Resolves to when the second wrong reading was sent. */
    fault: (moteId: number) =>
      new Promise<number>((raised) => {
        wrong = { moteId, left: 2, raised };
      }),
    stop() {
      stopped = true;
    },
  };
}

/** Closes what is open, so that the next fault raises an incident of its own. */
async function closeAll({ client }: Actor, page: Page): Promise<void> {
  for (;;) {
    const { items } = await client.city.listIncidents({ state: 'unfinished', limit: 100 });
    if (items.length === 0) break;
    for (const { incidentId, state } of items) {
      if (state !== 'resolved') {
        const reason = 'It was made for this measurement.';
        await client.city.resolveIncident({ incidentId, outcome: 'false_alarm', reason });
      }
      await client.city.closeIncident({ incidentId });
    }
  }
  await page.locator('.room-newest a').first().waitFor({ state: 'detached', timeout: 20_000 });
}
