import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCard } from './card.ts';

const read = (text: string) => readCard('README.md', text);

describe('a card', () => {
  it('is split into front matter and Markdown', () => {
    const { card, problems } = read(
      '---\nlicense: apache-2.0\nlanguage: [zh, en]\ntags:\n- 传感器\nreleased: 2026-11-23\n---\n# 说明\n---\nend',
    );
    expect(problems).toEqual([]);
    expect(card.metadata).toEqual({
      license: 'apache-2.0',
      language: ['zh', 'en'],
      tags: ['传感器'],
      released: '2026-11-23',
    });
    expect(card.text).toBe('# 说明\n---\nend');
  });

  it('needs no front matter', () => {
    expect(read('# Title\n---\n')).toEqual({
      card: { path: 'README.md', metadata: {}, text: '# Title\n---\n' },
      problems: [],
      warnings: [],
    });
    expect(read('---\r\n---\r\ntext').card).toMatchObject({ metadata: {}, text: 'text' });
  });

  it('says what does not fit, where, and what should stand there', () => {
    const problemsOf = (yaml: string) => read(`---\n${yaml}\n---\n`).problems;
    const warningsOf = (yaml: string) => read(`---\n${yaml}\n---\n`).warnings;
    expect(warningsOf('license: apache-2.0\ntags: sensor')).toEqual([
      { line: 3, key: 'tags', problem: 'should be a list of tags', suggestion: null },
    ]);
    expect(warningsOf('license: other')).toMatchObject([{ key: 'license_name' }]);
    expect(problemsOf('- a\n- b')[0]?.problem).toContain('license: apache-2.0');
    expect(problemsOf('a: 1\na: 2')).toMatchObject([{ line: 3 }]);
    expect(problemsOf('a: [1, 2')[0]).toMatchObject({ key: '' });
    const index =
      'model-index:\n- name: m\n  results:\n  - task: {type: t}\n    dataset: {type: d, name: n}\n    metrics:\n    - type: f1';
    expect(warningsOf(index)).toMatchObject([
      { key: 'model-index.0.results.0.metrics.0.value', line: 8 },
    ]);
    expect(warningsOf(`${index}\n      value: 0.9`)).toEqual([]);
    expect(read('---\nlicense: mit\n').problems).toMatchObject([{ line: 1 }]);
  });

  it('names the known word that was meant', () => {
    const meant = (yaml: string) =>
      read(`---\n${yaml}\n---\n`).warnings.map(({ key, suggestion }) => [key, suggestion]);
    expect(meant('license: apache2.0')).toEqual([['license', 'apache-2.0']]);
    expect(meant('license: Apache-2.0')).toEqual([]);
    expect(meant('license: [mit, GPL3]')).toEqual([['license.1', 'gpl']]);
    expect(meant('pipeline_tag: image_classification')).toEqual([
      ['pipeline_tag', 'image-classification'],
    ]);
    expect(meant('task: 桥梁巡检')).toEqual([]);
    expect(meant('licence: mit\nliscense: mit')).toEqual([
      ['licence', 'license'],
      ['liscense', 'license'],
    ]);
    expect(meant('language: [zh, cn, English]')).toEqual([
      ['language.1', 'zh'],
      ['language.2', 'en'],
    ]);
    expect(meant('task_categories: [object-detecton]\nsize_categories: [n<1K]')).toEqual([
      ['task_categories.0', 'object-detection'],
    ]);
    expect(meant('our_own_key: 1')).toEqual([]);
  });

  it('withstands hostile YAML', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefghi']
      .map((line, index, all) =>
        index === 0
          ? line
          : `${line}: &${line} [${Array(9)
              .fill(`*${all[index - 1]![0]}`)
              .join(',')}]`,
      )
      .join('\n');
    expect(read(`---\n${bomb}\n---\n`).problems).not.toEqual([]);
    expect(read(`---\na: ${'['.repeat(100_000)}\n---\n`).problems).not.toEqual([]);
    const { card } = read('---\n__proto__: {polluted: true}\nvalue: .nan\n---\n');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(card.metadata.value ?? null).toBeNull();
  });

  it('never throws, and loses no Markdown of a card without front matter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { card, problems } = read(`---\n${text}\n---\nrest`);
        if (problems.length === 0) expect(card.text.endsWith('rest')).toBe(true);
        expect(read(`x${text}`).card.text).toBe(`x${text}`);
      }),
    );
  });
});
