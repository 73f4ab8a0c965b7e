import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { Markdown } from './markdown.tsx';
import { parseMarkdown, safeHref } from './markdown-parse.ts';

const html = (source: string) => renderToStaticMarkup(createElement(Markdown, { source }));

describe('markdown', () => {
  test('each block that it knows', () => {
    const source = [
      '# Title',
      'A *b* **c** `d` [e](/f) _g_',
      '',
      '- one',
      '- two',
      '  more',
      '',
      '1. first',
      '',
      '> quoted',
      '',
      '```',
      '<b>',
      '```',
      '---',
      '| h | i |',
      '| - | -: |',
      '| j | k |',
    ].join('\n');
    expect(parseMarkdown(source).map(({ kind }) => kind)).toEqual([
      'heading',
      'paragraph',
      'list',
      'list',
      'quote',
      'code',
      'rule',
      'table',
    ]);
    const page = html(source);
    expect(page).toContain('<h3>Title</h3>');
    expect(page).toContain(
      '<p>A <em>b</em> <strong>c</strong> <code>d</code> <a href="/f" rel="noopener noreferrer ' +
        'nofollow">e</a> <em>g</em></p>',
    );
    expect(page).toContain('<li>two more</li>');
    expect(page).toContain('<code>&lt;b&gt;</code>');
    expect(page).toContain('<th scope="col">h</th>');
  });

  test('a line of a paragraph that begins with a figure stays in it', () => {
    const [only, second] = parseMarkdown('counted among the last\n12. Nothing else.');
    expect([only?.kind, second]).toEqual(['paragraph', undefined]);
    expect(parseMarkdown('in order:\n1. first').map(({ kind }) => kind)).toEqual([
      'paragraph',
      'list',
    ]);
  });

  test('HTML and images stay the text they are', () => {
    expect(html('<script>alert(1)</script>')).toContain('&lt;script&gt;');
    expect(html('![x](https://tracker.example/p.png)')).not.toContain('<img');
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'java\tscript:x',
    'http://[bad',
  ])('%s is no link', (address) => expect(safeHref(address)).toBeNull());

  test.each(['https://a.example/b?c#d', '/hub/x', 'docs/read.md', '#part', '?q=a:b', './a:b'])(
    '%s is a link',
    (address) => expect(safeHref(address)).toBe(address),
  );

  test('no text makes a link that leaves http, https and this site', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      'javascript:',
      '*',
      '_',
      '`',
      '\n',
      '|',
      '> ',
      '- ',
      'a',
      'http://x',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const [, href = ''] of html(pieces.join('')).matchAll(/href="([^"]*)"/g)) {
          expect(new URL(href, 'https://here.example').protocol).toMatch(/^https?:$/);
        }
      }),
    );
  });

  test.each(['[', '**a', '`a', '> ', '- ', '|-', '   ', '# #', '_a', '[a](', '<http://', '- - '])(
    '100,000 characters of %j take no second',
    (piece) => {
      const source = piece.repeat(Math.ceil(100_000 / piece.length));
      const start = performance.now();
      parseMarkdown(source);
      parseMarkdown(`${piece}\n`.repeat(20_000));
      expect(performance.now() - start).toBeLessThan(1_000);
    },
  );
});
