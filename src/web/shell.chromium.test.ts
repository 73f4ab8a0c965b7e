import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HomeView } from './home/home-view.ts';

/**
 * The portal as it is built, in a real browser, under the server's content security policy: no
 * script or style is refused, nothing scrolls sideways on a phone, axe finds nothing, and the
 * keyboard is enough. The platform's answers are written here; what they mean is tested where they
 * are made.
 */
const browserPath = '/usr/bin/chromium';
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
].join('; ');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

const at = '2026-11-23T06:05:00.000Z';
const home: HomeView = {
  scenario: {
    id: 'scn_1',
    title: { zh: '环境传感器异常检测', en: 'Anomalies' },
    ownerName: '医院',
  },
  simulated: true,
  steps: [
    { key: 'call', state: 'done', at, sentence: { zh: '已开榜。', en: 'It is open.' }, href: '/x' },
    { key: 'evaluation', state: 'running', sentence: { zh: '正在测评。', en: 'Evaluating.' } },
    { key: 'award', state: 'draft', sentence: { zh: '尚未中榜。', en: 'Not awarded yet.' } },
  ],
  numbers: [{ key: 'facts', value: 1311, unit: { zh: '条', en: 'facts' }, at, href: '/ledger' }],
  districts: [{ code: '310115', scenarios: 2 }],
};
const account = { id: 'par_1', name: '张明', organisation: '区人工智能办公室', role: 'operator' };
const stranger = { account: null, roles: ['owner', 'provider', 'operator'] };

let folder = '';
let server: Server;
let browser: Browser;
let origin = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'touyan-portal-'));
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--outDir', folder];
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [...vite, '--logLevel', 'error'], { env });
  server = createServer((request, response) => {
    const path = join(folder, new URL(request.url ?? '/', 'http://x').pathname);
    const file = extname(path) !== '' && existsSync(path) ? path : join(folder, 'index.html');
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const quiet = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync';
  browser = await chromium.launch({ executablePath: browserPath, args: quiet.split(' ') });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  if (folder !== '') rmSync(folder, { recursive: true });
});

/** Opens an address as a new visitor. `complaints` are what the browser wrote into its console. */
async function visit(path: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({
    locale: 'zh-CN',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const calls: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  let session: unknown = stranger;
  await page.route('**/api/v1/**', (route) => {
    const { pathname } = new URL(route.request().url());
    calls.push(`${route.request().method()} ${pathname.slice('/api/v1'.length)}`);
    if (pathname.endsWith('/enter-as')) session = { ...stranger, account };
    if (pathname.endsWith('/events')) {
      // Held open by a retry time that outlasts the test; one event is enough.
      const event = JSON.stringify({ topic: 'home', at });
      return route.fulfill({ contentType: 'text/event-stream', body: `data: ${event}\n\n` });
    }
    const answers: [RegExp, unknown][] = [
      [/\/home$/, home],
      [/\/session(\/.*)?$/, session],
      [/\/count$/, { notices: 3, cases: 2 }],
    ];
    const json = answers.find(([pattern]) => pattern.test(pathname))?.[1];
    return json === undefined ? route.fulfill({ status: 404, json: {} }) : route.fulfill({ json });
  });
  await page.goto(origin + path);
  await page.waitForSelector('h1');
  return { page, complaints, calls, leave: () => context.close() };
}

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test.each([
  ['zh-CN', 1440],
  ['en-GB', 1440],
  ['zh-CN', 390],
  ['en-GB', 390],
])('home in %s at %i px: nothing refused, nothing sideways, axe clean', async (locale, width) => {
  const visitor = await visit('/', { locale, viewport: { width, height: 844 } });
  await visitor.page.waitForSelector('.districts path');
  expect(await visitor.page.getAttribute('html', 'lang')).toBe(locale === 'zh-CN' ? 'zh-CN' : 'en');
  expect(await sideways(visitor.page)).toBe(0);
  expect((await new AxeBuilder({ page: visitor.page }).analyze()).violations).toEqual([]);
  expect(visitor.complaints).toEqual([]);
  await visitor.leave();
});

test('what is replayed says so beside the name of the scenario', async () => {
  const { page, leave } = await visit('/');
  await page.waitForSelector('.home-running');
  expect(await page.textContent('.home-running')).toContain('回放数据，非上海实测');
  await leave();
});

test('by keyboard alone: skip, search, rooms, language', async () => {
  const { page, leave } = await visit('/');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('跳到正文');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
  await page.keyboard.type('雷达');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${origin}/search?q=${encodeURIComponent('雷达')}`);
  await page.locator('main h1').focus();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.waitForURL(`${origin}/`);
  await page.getByRole('button', { name: 'English' }).press('Enter');
  expect(await page.getAttribute('html', 'lang')).toBe('en');
  await page.reload();
  await page.getByRole('heading', { name: 'Try it yourself' }).waitFor();
  await leave();
});

test('one click enters as a role; the bar then says as whom, and what waits', async () => {
  const { page, calls, leave } = await visit('/');
  await page.locator('.enter-as').getByRole('button', { name: '运营方' }).click();
  await page.getByRole('link', { name: '消息与办件，5 件待处理' }).waitFor();
  expect(await page.textContent('.account-label')).toContain('运营方');
  expect(calls).toContain('POST /session/enter-as');
  await leave();
});

test('an event of the platform reads the page again', async () => {
  const { page, calls, leave } = await visit('/');
  await page.waitForSelector('.step');
  await expect.poll(() => calls.filter((call) => call === 'GET /home').length).toBeGreaterThan(1);
  await leave();
});

test('on a phone the rooms open from below, and Escape closes them', async () => {
  const { page, leave } = await visit('/', { viewport: { width: 390, height: 844 } });
  await page.getByRole('button', { name: '打开导航' }).click();
  const rooms = page.getByRole('dialog').getByRole('link', { name: '核验' });
  await rooms.waitFor();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press('Escape');
  await expect.poll(() => rooms.isVisible()).toBe(false);
  await leave();
});

test('the gallery of components is not in the built portal', async () => {
  const { page, leave } = await visit('/_ui');
  await page.getByRole('heading', { name: '没有这一页' }).waitFor();
  await leave();
});
