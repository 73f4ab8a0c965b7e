import { AxeBuilder } from '@axe-core/playwright';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { expect } from 'vitest';
import type { Language, Pairs, Words } from '../../src/web/words.ts';

/** The system's Chromium; as root it needs --no-sandbox, and nothing is to be fetched from outside. */
export function launch(): Promise<Browser> {
  const quiet =
    '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync --disable-background-networking --disable-component-update';
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet.split(' ') });
}

export type Visitor = {
  page: Page;
  context: BrowserContext;
  /** A text of a room in the visitor's language. */
  say<Table extends Pairs>(words: Words<Table>, key: keyof Table & string): string;
  /** What the page complained about in its console. */
  complaints: string[];
};

/** Somebody new, in a language and at a width, entered as a persona or as a stranger. */
export async function visit(
  browser: Browser,
  address: string,
  options: { language: Language; width?: number; as?: string },
): Promise<Visitor> {
  const { language, width = 1280, as } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
  if (as) {
    const entered = await context.request.post(`${address}/api/auth/personas/enter`, {
      data: { persona: as },
      headers: { origin: address },
    });
    expect(entered.ok()).toBe(true);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return {
    page,
    context,
    complaints,
    say: (words, key) => words.pairs[key]?.[language === 'zh' ? 0 : 1] ?? key,
  };
}

/** By keyboard: focus must reach it, and Enter must do it. */
export async function press(target: Locator): Promise<void> {
  await target.waitFor();
  await target.focus();
  await target.press('Enter');
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
  expect(found).toEqual([]);
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over).toBeLessThanOrEqual(0);
}
