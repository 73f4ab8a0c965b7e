import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words as casesWords } from '../../src/web/cases/words.ts';
import { formWords } from '../../src/web/scenarios/form-words.ts';
import { words as scenarioWords } from '../../src/web/scenarios/words.ts';
import type { Language } from '../../src/web/words.ts';
import { type Booted, boot } from '../boot.ts';
import { copyOf, finishedRun } from '../finished-run.ts';
import { expectAccessible, expectNoSidewaysScroll, launch, press, visit } from './browser.ts';

/** An owner's first call: from two empty forms to a call that is open, by keyboard. */
describe.skipIf(!existsSync('/usr/bin/chromium'))('an owner with a need', () => {
  let booted: Booted;
  let browser: Browser;

  beforeAll(async () => {
    const { folder } = await finishedRun();
    booted = await boot({ folder: await copyOf(folder) });
    browser = await launch();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await booted?.stop();
    if (booted) await rm(booted.folder, { recursive: true, force: true });
  });

  it.each([
    { language: 'zh', width: 1440 },
    { language: 'en', width: 390 },
  ] as const)(
    'opens a call ($language, $width px)',
    async ({ language, width }) => {
      const owner = await visit(browser, booted.address, { language, width, as: 'district' });
      const { page, say } = owner;
      await page.goto(`${booted.address}/scenarios/new`);
      await write(page, 'titleZh', '桥梁振动异常');
      await press(page.getByRole('button', { name: say(formWords, 'create'), exact: true }));
      await page.locator('[data-field=summaryZh] .field-problem').waitFor();
      await write(page, 'summaryZh', '桥上的传感器会漂移，要尽早发现。');
      await choose(page, 'sector', 0);
      await press(page.getByRole('button', { name: say(formWords, 'create'), exact: true }));
      await page.waitForURL(/\/scenarios\/scenario_/);
      const scenario = new URL(page.url()).pathname;

      await page.goto(`${booted.address}${scenario}/calls/new`);
      await fillCall(page);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      await press(page.getByRole('button', { name: say(formWords, 'saveDraft'), exact: true }));
      await page.waitForURL(/\/scenarios\/calls\/call_/);
      const callId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      await publish(page, say(scenarioWords, 'publish'));

      const { client } = await booted.as('district');
      const standing = () => client.scenarios.getCall({ callId });
      await expect.poll(async () => (await standing()).state).toBe('approval');
      await approve(language, (await standing()).publishCaseId ?? '');
      await expect.poll(async () => (await standing()).state, { timeout: 30_000 }).toBe('open');
      await page.getByText(say(scenarioWords, 'open'), { exact: true }).first().waitFor();
      expect(owner.complaints).toEqual([]);
    },
    180_000,
  );

  async function approve(language: Language, caseId: string): Promise<void> {
    const { page, say } = await visit(browser, booted.address, { language, as: 'operator' });
    await page.goto(`${booted.address}/cases/${caseId}`);
    const radio = page.getByRole('radio', { name: say(casesWords, 'approve'), exact: true });
    await radio.focus();
    await radio.press('Space');
    await page.getByLabel(say(casesWords, 'reason'), { exact: false }).first().fill('材料齐备。');
    await press(page.getByRole('button', { name: say(casesWords, 'decideNow') }));
    const dialog = page.getByRole('dialog');
    await press(dialog.getByRole('button', { name: say(casesWords, 'approve'), exact: true }));
    await dialog.waitFor({ state: 'hidden' });
  }
});

const field = (page: Page, name: string): Locator => page.locator(`[data-field=${name}]`);

async function write(page: Page, name: string, text: string): Promise<void> {
  await field(page, name).locator('input, textarea').first().fill(text);
}

/** By keyboard: opens the list and takes the option at a place, or the one with a text in it. */
async function choose(page: Page, name: string, wanted: number | string): Promise<void> {
  const box = field(page, name).getByRole('combobox');
  await box.waitFor();
  await box.focus();
  await box.press('ArrowDown');
  const options = page.locator(
    '.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option',
  );
  await options.first().waitFor();
  const texts = await options.allInnerTexts();
  const place =
    typeof wanted === 'number' ? wanted : texts.findIndex((text) => text.includes(wanted));
  expect(place, `${wanted} among ${texts}`).toBeGreaterThanOrEqual(0);
  for (let step = 0; step < place; step += 1) await box.press('ArrowDown');
  await box.press('Enter');
  await options.first().waitFor({ state: 'hidden' });
}

async function fillCall(page: Page): Promise<void> {
  await write(page, 'titleZh', '桥梁振动异常·首榜');
  await write(page, 'pageZh', '找出异常的读数。');
  await write(page, 'rulesZh', '不得使用外部数据。');
  await choose(page, 'publicRepository', 'sensor-anomaly-public');
  await choose(page, 'publicFeatures', 'features');
  await choose(page, 'publicLabels', 'labels');
  await choose(page, 'hiddenRepository', 'sensor-anomaly-hidden');
  await choose(page, 'hiddenFeatures', 'features');
  await choose(page, 'hiddenLabels', 'labels');
  await choose(page, 'scorerRepository', 'event-f1-scorer');
  await choose(page, 'scorerEntry', 'main.mjs');
  await write(page, 'scorerOptions', '{"latencyReadings": 18, "mergeGapReadings": 12}');
  await write(page, 'metricZh', '事件级 F1');
  await write(page, 'closesAt', '2099-12-31T18:00');
}

async function publish(page: Page, verb: string): Promise<void> {
  await press(page.getByRole('button', { name: verb, exact: true }));
  const dialog = page.getByRole('dialog');
  await press(dialog.getByRole('button', { name: verb, exact: true }));
  await dialog.waitFor({ state: 'hidden' });
}
