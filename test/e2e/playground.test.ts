import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAlgorithms } from '../../algorithms/build.ts';
import { algorithms } from '../../algorithms/catalogue.ts';
import { organisationOf } from '../../src/apps/demo/actor.ts';
import { type PublishedAlgorithm, publishAlgorithm } from '../../src/apps/publish-algorithms.ts';
import { playgroundWords as words } from '../../src/web/serving/playground/playground-words.ts';
import { type Booted, boot } from '../boot.ts';
import { expectAccessible, expectNoSidewaysScroll, launch, press, visit } from './browser.ts';

/**
 * A district tries algorithms of a company in the browser, one of vision, one of speech and one of language: sees the answer
 * drawn, and runs the code beside it as it was pasted, which gives the same.
 */
const vision = 'read-text';
const speech = 'find-voice';
const language = 'segment-chinese';
/** With what a shell, Python and JavaScript read in their own ways. */
const text = `上海地铁十一号线因信号故障限速运行，"请"乘客预留 $HOME it's \\n 的时间 😀。`;

const execute = promisify(execFile);
const python = spawnSync('python3', ['--version']).status === 0;
if (!python)
  console.warn('LEFT OUT: there is no python3 here: the snippets in Python did not run.');

describe.skipIf(!existsSync('/usr/bin/chromium') || !existsSync('/usr/bin/bwrap'))(
  'the playground',
  () => {
    let booted: Booted;
    let browser: Browser;
    let folder: string;
    let key: string;
    const published = new Map<string, PublishedAlgorithm>();
    const page = async (name: string, as: { language: 'zh' | 'en'; width: number }) => {
      const visitor = await visit(browser, booted.address, { ...as, as: 'district' });
      const trialId = published.get(name)?.trialId;
      await visitor.page.goto(`${booted.address}/serving/deployments/${trialId}`);
      return visitor;
    };

    beforeAll(async () => {
      const names = [vision, speech, language];
      await buildAlgorithms(names);
      booted = await boot();
      folder = await mkdtemp(join(tmpdir(), 'touyan-playground-'));
      const vendor = await booted.as('vendor');
      for (const algorithm of algorithms.filter(({ name }) => names.includes(name))) {
        const input = { algorithm, ownerId: organisationOf(vendor), cache: folder };
        published.set(algorithm.name, await publishAlgorithm(vendor.connection, input));
      }
      const { client, partyId } = await booted.as('district');
      ({ key } = await client.parties.createApiKey({ partyId, name: 'Snippets' }));
      browser = await launch();
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await booted?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** What the three snippets of a page print, run in a folder that has no more than the page says. */
    async function outputsOf(page: Page): Promise<unknown[]> {
      const code = (name: string) =>
        page.locator(`[data-snippet=${name}] pre`).innerText({ timeout: 10_000 });
      const env = { ...process.env, TOUYAN_KEY: key, NODE_OPTIONS: '' };
      // Not spawnSync: the platform that is called lives in this process.
      const run = async (command: string, ...argv: string[]) => {
        const { stdout } = await execute(command, argv, { cwd: folder, env, timeout: 60_000 });
        return JSON.parse(stdout);
      };
      await writeFile(join(folder, 'call.mts'), await code('script'));
      const pythonCode = await code('python');
      return [
        (await run('bash', '-c', await code('curl'))).output,
        ...(python ? [await run('python3', '-c', pythonCode)] : []),
        await run(process.execPath, 'call.mts'),
      ];
    }

    /** The answer that the page itself has. */
    async function outputOf(page: Page): Promise<unknown> {
      await page.locator('.play-raw summary').click();
      return JSON.parse((await page.locator('.play-raw pre').textContent()) ?? '').output;
    }

    async function expectSame(page: Page): Promise<void> {
      const output = await outputOf(page);
      const outputs = await outputsOf(page);
      expect(outputs).toEqual(outputs.map(() => output));
    }

    async function expectWhole(page: Page): Promise<void> {
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }

    it('reads a sign: a file is dropped, its text is marked and listed', async () => {
      const { page: view, complaints } = await page(vision, { language: 'zh', width: 1440 });
      const file = 'street-sign.jpg';
      const from = new URL(`../../algorithms/${vision}/samples/${file}`, import.meta.url);
      await copyFile(from, join(folder, file));
      await view.locator('.play input[type=file]').setInputFiles(join(folder, file));
      await view.locator('.play-found').getByText('人民大道').waitFor();
      await expect(view.locator('.play-picture svg g').count()).resolves.toBeGreaterThan(0);
      await press(view.locator('.play-found button').first());
      await view.locator('.play-picture g[data-pointed]').waitFor({ state: 'attached' });
      await expectWhole(view);
      await expectSame(view);
      expect(complaints).toEqual([]);
    }, 90_000);

    it('finds the voice in a sample: over its wave, to be heard', async () => {
      const { page: view, say, complaints } = await page(speech, { language: 'en', width: 390 });
      await press(view.getByRole('button', { name: 'mandarin.wav' }));
      await view.locator('.play-wave-voice').first().waitFor({ state: 'attached' });
      await press(view.locator('.play-segments button').first());
      await press(view.getByRole('button', { name: say(words, 'stopPlaying'), exact: true }));
      await expectWhole(view);
      await expectSame(view);
      expect(complaints).toEqual([]);
    }, 90_000);

    it('cuts a text into words, says how long ten calls took, and what was wrong', async () => {
      const { page: view, say, complaints } = await page(language, { language: 'zh', width: 1440 });
      const run = view.getByRole('button', { name: say(words, 'run'), exact: true });
      await press(run);
      await view.getByText(say(words, 'textMissing')).waitFor();
      await view.locator('.play textarea').fill(text);
      await press(run);
      await view.locator('.play-tokens').getByText('地铁', { exact: true }).waitFor();
      await expectSame(view);
      await press(view.getByRole('button', { name: say(words, 'runAgain') }));
      await view.getByText('11 次：').waitFor();
      await expectWhole(view);
      expect(complaints).toEqual([]);
    }, 90_000);

    it('is on the page of the repository too, with its samples', async () => {
      const { page: view, complaints } = await page(language, { language: 'en', width: 390 });
      await view.goto(`${booted.address}/hub/${published.get(language)?.repositoryId}`);
      await press(view.getByRole('button', { name: 'escalator.txt' }));
      await view.locator('.play-tokens li').first().waitFor();
      await expectWhole(view);
      expect(complaints).toEqual([]);
    }, 60_000);
  },
);
