import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words as cityWords } from '../../src/web/city/words.ts';
import { words as exchangeWords } from '../../src/web/exchange/words.ts';
import { stopWords } from '../../src/web/governance/stop-words.ts';
import { words as observatoryWords } from '../../src/web/observatory/words.ts';
import { words as servingWords } from '../../src/web/serving/words.ts';
import { type Booted, boot } from '../boot.ts';
import { copyOf, finishedRun } from '../finished-run.ts';
import { expectAccessible, expectNoSidewaysScroll, launch, press, visit } from './browser.ts';

/**
 * What people do with a service that runs, in a real browser, by keyboard, with axe finding nothing: deploy
 * and stop, handle an incident, read one statement from both sides, and follow a number to its facts.
 */
describe.skipIf(!existsSync('/usr/bin/chromium'))('the portal around a live service', () => {
  let booted: Booted;
  let browser: Browser;
  let agreementId: string;

  beforeAll(async () => {
    const { folder } = await finishedRun();
    booted = await boot({ folder: await copyOf(folder) });
    const { client } = await booted.as('auditor');
    const agreements = await client.exchange.listAgreements({ limit: 1 });
    agreementId = agreements.items[0]?.agreementId ?? '';
    browser = await launch();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await booted?.stop();
    if (booted) await rm(booted.folder, { recursive: true, force: true });
  });

  it.each([
    ...['/serving', '/governance', '/governance/assess', '/governance/approvals'],
    ...['/governance/stops', '/governance/warnings', '/exchange', '/exchange/agreements'],
    ...['/exchange/accounts', '/city', '/city/room', '/city/things', '/city/commands'],
    ...['/city/rules', '/city/rules/new', '/observatory', '/observatory/values'],
    ...['/observatory/enter', '/observatory/import', '/observatory/periods'],
  ])('shows %s on a phone and on a desk without a complaint', async (path) => {
    for (const [language, width] of [
      ['en', 390],
      ['zh', 1440],
    ] as const) {
      const visitor = await visit(browser, booted.address, { language, width, as: 'district' });
      const { page, complaints } = visitor;
      await page.goto(booted.address + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle').catch(() => {});
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      expect(complaints).toEqual([]);
      await visitor.context.close();
    }
  });

  it.each([
    { language: 'zh', width: 1440 },
    { language: 'en', width: 390 },
  ] as const)(
    'lets the operator deploy what was approved, stop it and release it ($language)',
    async (as) => {
      const { page, say } = await visit(browser, booted.address, { ...as, as: 'operator' });
      await page.goto(`${booted.address}/serving`);
      await press(page.getByRole('button', { name: say(servingWords, 'deploy'), exact: true }));
      const dialog = page.getByRole('dialog');
      await dialog
        .locator('input[name=name], input[type=text]')
        .last()
        .fill(`另一个部署 ${as.language}`);
      await press(dialog.getByRole('button', { name: say(servingWords, 'deploy'), exact: true }));
      await page.waitForURL(/\/serving\/deployments\/deployment_/);
      const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      const { client } = await booted.as('operator');
      const state = async () => (await client.serving.getDeployment({ deploymentId: id })).state;
      await expect.poll(state, { timeout: 30_000 }).toBe('running');
      await press(page.getByRole('button', { name: say(stopWords, 'stop'), exact: true }));
      await giveReason(page, '试停。', say(stopWords, 'stop'));
      await expect.poll(state).toBe('stopped');
      await expectAccessible(page);
      await press(page.getByRole('button', { name: say(stopWords, 'release'), exact: true }));
      await giveReason(page, '试停结束。', say(stopWords, 'release'));
      await expect.poll(state).toBe('running');
    },
    120_000,
  );

  it.each([
    { language: 'zh', width: 1440 },
    { language: 'en', width: 390 },
  ] as const)(
    'lets a dispatcher confirm a command and close the incident ($language)',
    async (as) => {
      const incidentId = await raiseIncident(booted);
      const { page, say } = await visit(browser, booted.address, { ...as, as: 'district' });
      await page.goto(`${booted.address}/city/incidents/${incidentId}`);
      const button = (key: keyof typeof cityWords.pairs & string) =>
        page.getByRole('button', { name: say(cityWords, key), exact: true });
      const dialog = page.getByRole('dialog');
      await press(button('acknowledge'));
      await press(button('confirm').first());
      await press(dialog.getByRole('button', { name: say(cityWords, 'confirm'), exact: true }));
      await dialog.waitFor({ state: 'hidden' });
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      await press(button('resolve'));
      await giveReason(page, 'Recalibrated on the spot.', say(cityWords, 'resolve'));
      await press(button('close'));
      await press(dialog.getByRole('button', { name: say(cityWords, 'close'), exact: true }));
      const { client } = await booted.as('district');
      await expect
        .poll(async () => (await client.city.getIncident({ incidentId })).state)
        .toBe('closed');
      const { items } = await client.city.listCommands({ incidentId, limit: 10 });
      expect(items.map(({ confirmedBy }) => confirmedBy === null)).toEqual([false]);
    },
    120_000,
  );

  it.each([['zh'], ['en']] as const)(
    'shows buyer and seller the same statement, and a third party none (%s)',
    async (language) => {
      const path = `${booted.address}/exchange/agreements/${agreementId}/statement`;
      const texts = [];
      for (const as of ['district', 'vendor']) {
        const { page, say } = await visit(browser, booted.address, { language, as });
        await page.goto(path);
        await page.getByText(say(exchangeWords, 'evidence')).first().waitFor();
        await expectAccessible(page);
        texts.push(await page.locator('.statement, main table').first().innerText());
      }
      expect(texts[0]).toContain('160.00');
      expect(texts[1]).toBe(texts[0]);
      const { page } = await visit(browser, booted.address, { language, as: 'hospital' });
      await page.goto(path);
      await page.locator('.state-page').waitFor();
      expect(await page.getByText('160.00').count()).toBe(0);
    },
  );

  it.each([['zh'], ['en']] as const)(
    'lets an auditor open a number down to its facts, and verify it (%s)',
    async (language) => {
      const { page, say } = await visit(browser, booted.address, { language, as: 'auditor' });
      await page.goto(`${booted.address}/observatory/indicators/incidents-closed`);
      await page.getByText('fact_').first().waitFor();
      await expectAccessible(page);
      await press(page.getByRole('link', { name: say(observatoryWords, 'verify') }).first());
      await page.waitForURL(/\/verify/);
      await page.locator('.verdict[data-ok=true]').waitFor();
    },
  );
});

async function giveReason(page: Page, reason: string, verb: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.locator('textarea').first().fill(reason);
  await press(dialog.getByRole('button', { name: verb, exact: true }));
  await dialog.waitFor({ state: 'hidden' });
}

/** An incident that proposes a command, raised by a real observation over HTTP. */
async function raiseIncident(booted: Booted): Promise<string> {
  const { client, connection, organisationId } = await booted.as('district');
  const ownerId = organisationId ?? '';
  const things = await client.city.listThings({ ownerId, limit: 10 });
  const thing = await client.city.getThing({ thingId: things.items[0]?.thingId ?? '' });
  const { ruleId } = await client.city.createRule({
    ownerId,
    document: {
      title: { zh: '过热', en: 'Too hot' },
      thingIds: [thing.thingId],
      condition: { kind: 'threshold', property: 'temperature', operator: 'above', value: 60 },
      ...{ forReadings: 1, severity: 'major', cooldownSeconds: 0 },
      command: { name: 'recalibrate', parameters: {} },
    },
  });
  const datastream = thing.datastreams.find(({ name }) => name === 'temperature');
  const url = `${booted.address}/v1.1/Datastreams('${datastream?.datastreamId}')/Observations`;
  const sent = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...connection.headers },
    body: JSON.stringify({ phenomenonTime: new Date().toISOString(), result: 75 }),
  });
  expect(sent.status).toBe(201);
  const found = async () => (await client.city.listIncidents({ ruleId, limit: 1 })).items[0];
  await expect.poll(async () => (await found())?.incidentId, { timeout: 15_000 }).toBeTruthy();
  return (await found())?.incidentId ?? '';
}
