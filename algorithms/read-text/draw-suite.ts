import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { type SuitePage, suitePages } from './suite-pages.ts';

/**
 * Draws the suite and the samples with the system's Chromium and its Noto Sans CJK, which is under the SIL Open Font
 * License 1.1 (https://github.com/notofonts/noto-cjk); a picture of text is no copy of the font. Run by hand:
 * `node algorithms/read-text/draw-suite.ts`; what it wrote is committed, so that every score is of the same pictures.
 */
async function drawSuite(folder: string): Promise<void> {
  const files = join(folder, 'suite', 'files');
  await mkdir(files, { recursive: true });
  await mkdir(join(folder, 'samples'), { recursive: true });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage();
  const cases: string[] = [];
  for (const each of suitePages) {
    await page.setViewportSize({ width: each.width, height: each.height });
    await page.setContent(html(each));
    const { format = 'png', quality = 80 } = each;
    const file = `files/${each.id}.${format === 'png' ? 'png' : 'jpg'}`;
    const options = format === 'png' ? {} : { quality };
    await page.screenshot({ path: join(folder, 'suite', file), type: format, ...options });
    if (each.sample !== undefined) {
      await copyFile(join(folder, 'suite', file), join(folder, 'samples', each.sample));
    }
    cases.push(JSON.stringify({ id: each.id, file, expected: { text: each.expected.join('\n') } }));
  }
  await browser.close();
  await writeFile(join(folder, 'suite', 'cases.jsonl'), `${cases.join('\n')}\n`);
}

const html = ({ body, style = '' }: SuitePage) => `<!doctype html><meta charset="utf-8"><style>
  html { height: 100%; background: #fff }
  body { margin: 0; min-height: 100%; font-family: 'Noto Sans CJK SC'; ${style} }
  p { margin: 0; line-height: 1.3; white-space: nowrap }
</style><body>${body}</body>`;

await drawSuite(import.meta.dirname);
