import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { organisationOf } from '../../src/apps/demo/actor.ts';
import { publishFiles } from '../../src/apps/hub-files.ts';
import { sumAndDifference } from '../../src/kernel/testing-onnx.ts';
import { endpointWords } from '../../src/web/serving/endpoint-words.ts';
import { type Booted, boot } from '../boot.ts';
import { expectAccessible, expectNoSidewaysScroll, launch, press, visit } from './browser.ts';

/** Who publishes a model splits its traffic and goes back, in the browser; others see it. */
describe.skipIf(!existsSync('/usr/bin/chromium') || !existsSync('/usr/bin/bwrap'))(
  'an endpoint',
  () => {
    let booted: Booted;
    let browser: Browser;
    let endpointId: string;
    let repositoryId: string;
    let trials: string[];

    beforeAll(async () => {
      booted = await boot();
      const vendor = await booted.as('vendor');
      const { client } = vendor;
      ({ id: repositoryId } = await client.hub.createRepository({
        ...{ ownerId: organisationOf(vendor), kind: 'algorithm', name: 'sums' },
        ...{ audience: 'public', title: { zh: '加减', en: 'Sums and differences' } },
      }));
      const paths = ['first/model.onnx', 'second/model.onnx', 'third/model.onnx'];
      const files = paths.map((path) => ({ path, source: sumAndDifference() }));
      await publishFiles(vendor.connection, { repositoryId, message: 'First', files }, () => {});
      const create = (path: string) => client.serving.createTrial({ repositoryId, path });
      trials = (await Promise.all(paths.map(create))).map(({ trialId }) => trialId);
      const [primary = ''] = trials;
      const traffic = { primary, canary: null, shadow: null };
      ({ endpointId } = await client.serving.createEndpoint({
        ...{ repositoryId, name: 'Sums, live', traffic },
      }));
      browser = await launch();
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await booted?.stop();
    });

    it('is split and rolled back by who owns it', async () => {
      const { page, say, complaints } = await visit(browser, booted.address, {
        ...{ language: 'zh', width: 1440, as: 'vendor' },
      });
      const whole = async () => {
        await page.waitForLoadState('networkidle').catch(() => {});
        await expectNoSidewaysScroll(page);
        await expectAccessible(page);
      };
      await page.goto(`${booted.address}/hub/${repositoryId}`);
      await press(page.getByRole('link', { name: 'Sums, live' }));
      await page.getByRole('heading', { name: say(endpointWords, 'now') }).waitFor();
      await whole();

      const button = (key: 'set' | 'rollback') =>
        page.getByRole('button', { name: say(endpointWords, key), exact: true });
      const reason = () => page.locator('textarea[name=reason]');
      await press(button('set'));
      await page.locator('select[name=canary]').selectOption(trials[1] ?? '');
      await page.locator('select[name=shadow]').selectOption(trials[2] ?? '');
      await page.locator('input[name=canary-percent]').fill('20');
      await reason().fill('试新版');
      await whole();
      await press(button('set').last());
      await page.getByText('灰度 20%').first().waitFor();
      await whole();

      await press(button('rollback'));
      await reason().fill('变差了');
      await press(button('rollback').last());
      await page.getByText('回退到第 1 版').waitFor();
      const { client } = await booted.as('vendor');
      const shown = await client.serving.getEndpoint({ endpointId });
      expect(shown).toMatchObject({ version: 3, traffic: { canary: null, shadow: null } });
      await whole();
      expect(complaints).toEqual([]);
    }, 60_000);

    it('is read by others on a phone', async () => {
      const { page, say, complaints } = await visit(browser, booted.address, {
        ...{ language: 'en', width: 390, as: 'district' },
      });
      await page.goto(`${booted.address}/serving`);
      await press(page.getByRole('link', { name: 'Sums, live' }));
      await page.getByRole('heading', { name: say(endpointWords, 'history') }).waitFor();
      const change = page.getByRole('button', { name: say(endpointWords, 'set') });
      expect(await change.count()).toBe(0);
      await page.waitForLoadState('networkidle').catch(() => {});
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    }, 60_000);
  },
);
