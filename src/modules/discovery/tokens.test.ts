import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from './query.ts';
import { fold, pairsOf, partsOf, tokensOf } from './tokens.ts';

const texts = fc.string({ unit: 'grapheme', maxLength: 40 });
const chinese = fc.string({
  unit: fc.constantFrom(...'上海港口传感器异常检测算法数据集医院交通𠀀𪚥'),
  minLength: 1,
  maxLength: 12,
});

describe('tokens', () => {
  it('are words in small letters, and of Chinese every two characters and the last', () => {
    const tokens = [...tokensOf('ＡＩ-算法 Café v2.5')].sort();
    expect(tokens).toEqual(['5', 'ai', 'cafe', 'v2', '法', '算法']);
    expect([...tokensOf('传感器')]).toEqual(['传感', '感器', '器']);
  });

  it('split where the script changes, never inside a character', () => {
    expect(partsOf('基于AI的𠀀检测2026年').map((part) => part.text)).toEqual([
      '基于',
      'ai',
      '的𠀀检测',
      '2026',
      '年',
    ]);
  });

  it('do not depend on case, width or accents', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const folded = tokensOf(fold(text));
        expect(tokensOf(text)).toEqual(folded);
        const wide = text.replace(/[!-~]/g, (letter) =>
          String.fromCharCode(letter.charCodeAt(0) + 0xfee0),
        );
        expect(tokensOf(wide)).toEqual(folded);
      }),
    );
  });

  it('hold every stretch of two or more characters of a Chinese text', () => {
    fc.assert(
      fc.property(chinese, fc.nat(12), fc.nat(12), (text, from, length) => {
        const characters = [...text];
        const start = from % characters.length;
        const asked = characters.slice(start, start + 1 + (length % 4)).join('');
        const tokens = [...tokensOf(text)];
        // A pair as it is, one character by the pairs that it begins.
        for (const token of [...asked].length > 1 ? pairsOf([...asked]) : [asked]) {
          expect(tokens.some((each) => each.startsWith(token))).toBe(true);
        }
      }),
    );
  });

  it('never hold what a tsvector or tsquery reads as a sign', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        for (const token of tokensOf(text)) {
          expect(token).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
          expect([...token].length).toBeLessThanOrEqual(64);
        }
      }),
    );
  });
});

describe('a query', () => {
  it('asks for every part, words by their beginning', () => {
    const query = parseQuery('ＡＩ 传感器 a')!;
    expect(query.tsquery('all', 'text')).toBe("('ai':*) & ('传感' & '感器') & ('a')");
    expect(query.tsquery('any', 'title')).toBe("(('!ai':*) | ('!传感' & '!感器') | ('!a'))");
    expect(query.tsquery('all', 'equal')).toBe("'=ai 传感器 a'");
    expect(parseQuery('港')!.tsquery('all', 'head')).toBe("('+港':*)");
    const filters = { task: "O'CR\\", kind: 'repository' };
    expect(parseQuery('港')!.tsquery('all', 'text', filters)).toBe(
      "('港':*) & '#kind=repository' & '#task=o''cr\\\\'",
    );
    expect(parseQuery(' -—!?')).toBeNull();
  });
});
