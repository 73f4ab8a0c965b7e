import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildVerifier } from './build.ts';
import { testCertificate, testTrust } from './testing.ts';

// The offline page in a real browser, opened from disk.

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
if (executablePath === undefined) console.warn('No Chromium here: the verify page is NOT tested.');

describe.skipIf(executablePath === undefined)('offline page', () => {
  let folder: string;
  let address: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'touyan-verify-page-'));
    address = pathToFileURL((await buildVerifier(folder)).page).href;
    const certificate = JSON.stringify(await testCertificate());
    await writeFile(join(folder, 'good.json'), certificate);
    await writeFile(join(folder, 'bad.json'), certificate.replace('"score":0.66', '"score":0.76'));
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  async function open(locale: string): Promise<{ page: Page; problems: string[] }> {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) problems.push(request.url());
    });
    await page.goto(address);
    return { page, problems };
  }

  test('says in the reader’s language what holds and what does not', async () => {
    const { logKey, witnessKeys } = await testTrust();
    const { page, problems } = await open('en');
    await page.setInputFiles('#file', join(folder, 'good.json'));
    await page.getByText('Enter the public key of the log first.').waitFor();
    await page.fill('#keys', [logKey, ...witnessKeys].join('\n'));
    await page.press('#keys', 'Tab');
    await page.getByText('Verified: everything').waitFor();
    expect(await page.getByRole('row').allInnerTexts()).toMatchObject([
      expect.stringContaining('What is proven'),
      expect.stringMatching(/\/score\s+0.666667\s+✓ recomputed/),
      expect.stringMatching(/\/precision\s+0.5\s+✓ attested/),
    ]);
    await page.setInputFiles('#file', join(folder, 'bad.json'));
    await page.getByText('/score is 0.766667 in the document').waitFor();
    await page.focus('#language');
    await page.keyboard.press('Enter');
    await page.getByText('核验未通过').waitFor();
    expect(problems).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('is accessible in %s', async (colorScheme) => {
    const { logKey, witnessKeys } = await testTrust();
    const { page } = await open('zh-CN');
    await page.emulateMedia({ colorScheme });
    await page.fill('#keys', [logKey, ...witnessKeys].join('\n'));
    await page.setInputFiles('#file', join(folder, 'bad.json'));
    await page.getByText('核验未通过').waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
