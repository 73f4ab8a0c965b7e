import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathProblem, pathsConflict } from './paths.ts';

describe('paths of files', () => {
  it('takes ordinary names, Chinese ones too', () => {
    for (const path of [
      'README.md',
      'src/main.py',
      '数据/传感器 1.csv',
      'a/.hidden',
      'a-b_c+d.json',
    ]) {
      expect(pathProblem(path)).toBeNull();
    }
  });

  it('refuses what leaves the folder or means something else on another system', () => {
    const refused = [
      '',
      '/etc/passwd',
      'a//b',
      'a/',
      '.',
      '../a',
      'a/../b',
      'a\\b',
      'C:/x',
      'con.txt',
    ];
    for (const path of [
      ...refused,
      'a\u0000b',
      'a\nb',
      '.git/config',
      'a. ',
      'e\u0301',
      'a\u202eb',
    ]) {
      expect(pathProblem(path), JSON.stringify(path)).not.toBeNull();
    }
  });

  it('lets nothing through that unpacks outside its folder', () => {
    const step = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('..', '.', '', 'C:', '\\'),
    );
    const paths = fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => steps.join('/'));
    const property = fc.property(paths, (path) => {
      fc.pre(pathProblem(path) === null);
      expect(posix.resolve('/base', path)).toBe(`/base/${path}`);
      expect(win32.resolve('C:\\base', path).startsWith('C:\\base\\')).toBe(true);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('refuses sets that cannot stand in one folder', () => {
    expect(pathsConflict(['a', 'b/c', 'b/d'])).toBeNull();
    expect(pathsConflict(['a', 'a'])).toMatchObject({ path: 'a' });
    expect(pathsConflict(['Data.csv', 'data.csv'])).toMatchObject({ path: 'data.csv' });
    expect(pathsConflict(['a/b', 'a'])).toMatchObject({ path: 'a/b' });
  });
});
