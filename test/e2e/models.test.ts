import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { organisationOf } from '../../src/apps/demo/actor.ts';
import { until } from '../../src/apps/demo/call.ts';
import { publishFiles } from '../../src/apps/hub-files.ts';
import { sumAndDifference } from '../../src/kernel/testing-onnx.ts';
import { cardWords } from '../../src/web/hub/card-words.ts';
import { inspectionWords } from '../../src/web/hub/inspection-words.ts';
import { words as searchWords } from '../../src/web/search/words.ts';
import { trialWords } from '../../src/web/serving/trial-words.ts';
import { type Booted, boot } from '../boot.ts';
import { expectAccessible, expectNoSidewaysScroll, launch, press, visit } from './browser.ts';

/** What a district sees of a model that a company published: what it is, what is claimed, and what it answers. */
const card = `---
license: apache-2.0
pipeline_tag: tabular-regression
model-index:
- name: sums
  results:
  - task: {type: tabular-regression}
    dataset: {type: synthetic, name: Pairs}
    metrics: [{type: mse, value: 0.25}]
---
# Sums
`;
const pickle = "cos\nsystem\n(S'true'\ntR.";

describe.skipIf(!existsSync('/usr/bin/chromium') || !existsSync('/usr/bin/bwrap'))(
  'a published model',
  () => {
    let booted: Booted;
    let browser: Browser;
    let repository: string;

    beforeAll(async () => {
      booted = await boot();
      const vendor = await booted.as('vendor');
      const { id: repositoryId } = await vendor.client.hub.createRepository({
        ...{ ownerId: organisationOf(vendor), kind: 'algorithm', name: 'sums' },
        ...{ audience: 'public', title: { zh: '加减', en: 'Sums and differences' } },
      });
      const files = { 'README.md': card, 'weights.safetensors': pickle };
      const { revision } = await publishFiles(
        vendor.connection,
        {
          ...{ repositoryId, message: 'First' },
          files: [
            { path: 'model.onnx', source: sumAndDifference() },
            ...Object.entries(files).map(([path, text]) => ({ path, source: Buffer.from(text) })),
          ],
        },
        () => {},
      );
      await vendor.client.serving.createTrial({ repositoryId, path: 'model.onnx' });
      const { revisionDigest } = revision;
      await until(async () => {
        const { items } = await vendor.client.hub.listFiles({ repositoryId, revisionDigest });
        return items.every(({ inspection }) => inspection.state !== 'waiting');
      });
      repository = `/hub/${repositoryId}`;
      browser = await launch();
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await booted?.stop();
    });

    it.each([
      { language: 'zh', width: 1440 },
      { language: 'en', width: 390 },
    ] as const)(
      'says what is claimed and found, and is tried ($language, $width px)',
      async (as) => {
        const { page, say, complaints } = await visit(browser, booted.address, {
          ...{ ...as, as: 'district' },
        });
        const whole = async () => {
          await page.waitForLoadState('networkidle').catch(() => {});
          await expectNoSidewaysScroll(page);
          await expectAccessible(page);
        };
        await page.goto(`${booted.address}/search?q=Sums`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const claimed = page.getByText(say(searchWords, 'claimed'));
        await claimed.filter({ visible: true }).first().waitFor();
        await whole();

        await page.goto(`${booted.address}${repository}/files`);
        await page.getByText(say(inspectionWords, 'danger'), { exact: true }).first().waitFor();
        await whole();

        await page.goto(booted.address + repository);
        await page.getByRole('heading', { name: say(cardWords, 'claimed') }).waitFor();
        await page.getByRole('cell', { name: '0.25' }).waitFor();
        await whole();

        await press(page.getByRole('link', { name: 'model.onnx' }));
        await press(page.getByRole('button', { name: say(trialWords, 'run'), exact: true }));
        await page.getByText(say(trialWords, 'answer')).first().waitFor();
        const answer = JSON.parse((await page.locator('.serving-answer').textContent()) ?? '');
        expect(answer.outputs.map(({ name }: { name: string }) => name)).toEqual([
          'OUTPUT0',
          'OUTPUT1',
        ]);
        await whole();
        expect(complaints).toEqual([]);
      },
      60_000,
    );
  },
);
