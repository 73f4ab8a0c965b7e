import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words as casesWords } from '../../src/web/cases/words.ts';
import { words as homeWords } from '../../src/web/home/words.ts';
import { competeWords } from '../../src/web/scenarios/compete-words.ts';
import { words as verifyWords } from '../../src/web/verify/words.ts';
import { type Booted, boot } from '../boot.ts';
import { copyOf, finishedRun } from '../finished-run.ts';
import { expectAccessible, expectNoSidewaysScroll, launch, press, visit } from './browser.ts';

/**
 * What people do, in a real browser on the real platform after its main job: in both languages, by
 * keyboard, with axe finding nothing.
 */
describe.skipIf(!existsSync('/usr/bin/chromium'))('the portal after the main job', () => {
  let booted: Booted;
  let browser: Browser;
  let callId: string;
  let practiceId: string;

  beforeAll(async () => {
    const { folder, result } = await finishedRun();
    callId = result.scenario.callId;
    booted = await boot({ folder: await copyOf(folder) });
    const owner = await booted.as('district');
    const open = await owner.client.scenarios.listCalls({ state: 'open', limit: 1 });
    practiceId = open.items[0]?.callId ?? '';
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
    'tells a newcomer the loop on the home page ($language, $width px)',
    async (options) => {
      const { page, say, complaints } = await visit(browser, booted.address, options);
      await page.goto(booted.address);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByText(say(homeWords, 'tryIt')).waitFor();
      await page.locator('.home-loop li').first().waitFor();
      expect(await page.locator('html').getAttribute('lang')).toMatch(options.language);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    },
  );

  it.each([
    ['/scenarios'],
    ['/scenarios/calls'],
    ['/hub'],
    ['/jobs'],
    ['/assurance'],
    ['/assurance/certificates'],
    ['/cases'],
    ['/ledger'],
    ['/parties'],
    ['/verify'],
    ['/search?q=传感器'],
    ['/inbox'],
    ['/api'],
  ])('shows %s to the operator without a complaint', async (path) => {
    const { page, complaints } = await visit(browser, booted.address, {
      language: 'en',
      as: 'operator',
    });
    await page.goto(booted.address + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle').catch(() => {});
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  it('needs no pointer: skip link, search, role and language', async () => {
    const { page, say } = await visit(browser, booted.address, { language: 'zh' });
    await page.goto(booted.address);
    await page.getByText(say(homeWords, 'tryIt')).waitFor();
    await page.keyboard.press('Tab');
    await page.locator('.skip:focus').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('传感');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\?q=/);
    await page.getByText('环境传感器异常检测').first().waitFor();
    await page.goto(booted.address);
    const roles = page.locator('.enter-as button');
    await roles.nth(1).waitFor();
    await press(roles.nth(1));
    await page.locator('.enter-as button[aria-pressed=true]').waitFor();
    await press(page.getByRole('button', { name: 'English' }));
    await page.locator('html[lang^=en]').waitFor();
  });

  it('lets an auditor verify the certificate in the browser, and see a tampered score break', async () => {
    const { page, say } = await visit(browser, booted.address, { language: 'en', as: 'auditor' });
    await page.goto(`${booted.address}/verify?try=tamper`);
    const suggestion = page.getByRole('button', { name: /0\.999/ });
    await suggestion.waitFor();
    await page.getByText(say(verifyWords, 'changedNothing')).waitFor();
    await press(suggestion);
    await page.locator('.tamper-noticed[data-caught]').waitFor();
    await expectAccessible(page);
  });

  it('lets a provider compete by keyboard, and says rank and reason', async () => {
    const { page, say } = await visit(browser, booted.address, { language: 'en', as: 'vendor' });
    await page.goto(`${booted.address}/scenarios/calls/${practiceId}/compete`);
    const slider = page.getByRole('slider');
    await slider.focus();
    await slider.press('ArrowRight');
    await slider.press('ArrowRight');
    const began = performance.now();
    await press(page.getByRole('button', { name: say(competeWords, 'go') }));
    await page
      .getByRole('heading', { name: say(competeWords, 'outcome') })
      .waitFor({ timeout: 60_000 });
    expect((performance.now() - began) / 1000).toBeLessThan(60);
    await page.locator('.outcome-rank').waitFor();
    await expectAccessible(page);
  }, 120_000);

  it('tells a provider why a submission failed', async () => {
    const vendor = await booted.as('vendor');
    const { items } = await vendor.client.scenarios.listSubmissions({
      callId,
      state: 'failed',
      limit: 5,
    });
    const failed = items[0];
    expect(failed?.reason?.code).toBe('program_error');
    const { page } = await visit(browser, booted.address, { language: 'zh', as: 'vendor' });
    await page.goto(`${booted.address}/scenarios/submissions/${failed?.submissionId}`);
    await page
      .getByText(failed?.reason?.sentence.zh ?? '–')
      .first()
      .waitFor();
    await expectAccessible(page);
  });

  it('lets the owner close, an expert review and the operator award a call', async () => {
    const owner = await booted.as('district');
    await owner.client.scenarios.closeCall({ callId: practiceId });
    const standing = () => owner.client.scenarios.getCall({ callId: practiceId });
    await expect.poll(async () => (await standing()).state, { timeout: 90_000 }).toBe('review');
    const { awardCaseId } = await standing();
    for (const [persona, step] of [
      ['expert', 'review'],
      ['operator', 'award'],
    ] as const) {
      const actor = await booted.as(persona);
      const now = () => actor.client.cases.getCase({ caseId: awardCaseId ?? '' });
      await expect.poll(async () => (await now()).step, { timeout: 60_000 }).toBe(step);
      const { page, say } = await visit(browser, booted.address, { language: 'en', as: persona });
      await page.goto(`${booted.address}/cases/${awardCaseId}`);
      const approve = page.getByRole('radio', { name: say(casesWords, 'approve'), exact: true });
      await approve.focus();
      await approve.press('Space');
      await page
        .getByLabel(say(casesWords, 'reason'), { exact: false })
        .first()
        .fill('As measured.');
      await press(page.getByRole('button', { name: say(casesWords, 'decideNow') }));
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      await press(dialog.getByRole('button', { name: say(casesWords, 'approve'), exact: true }));
      await expect.poll(async () => (await now()).step, { timeout: 30_000 }).not.toBe(step);
    }
    await expect.poll(async () => (await standing()).state, { timeout: 30_000 }).toBe('awarded');
  }, 240_000);
});
