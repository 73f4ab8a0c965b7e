import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsFoundIn, snippetOf } from './snippet.ts';
import { partsOf } from './tokens.ts';

const shown = (texts: string[], query: string) =>
  snippetOf(texts, partsOf(query))
    .map(({ text, hit }) => (hit ? `[${text}]` : text))
    .join('');

describe('a snippet', () => {
  it('shows the first text with a hit, and marks hits as they were written', () => {
    expect(shown(['第一句', '环境传感器 ＡＩ检测'], '传感器 ai')).toBe('环境[传感器] [ＡＩ]检测');
    expect(shown(['Anomaly detection, not paranoid'], 'ano')).toBe(
      '[Ano]maly detection, not paranoid',
    );
    expect(shown(['', '只有开头'], '没有')).toBe('只有开头');
    expect(shown(['', ''], '没有')).toBe('');
  });

  it('cuts long texts around the hit, between characters', () => {
    const text = `${'𠀀'.repeat(100)}港口${'字'.repeat(200)}`;
    const result = shown([text], '港口');
    expect(result).toMatch(/^….*\[港口\].*…$/u);
    expect(result.isWellFormed()).toBe(true);
    expect(result.length).toBeLessThan(160);
  });

  it('finds a word where the index does: at its beginning, a single letter alone', () => {
    expect(partsFoundIn('a cat', partsOf('a at cat c'))).toEqual(['a', 'cat']);
    expect(partsFoundIn('数据data', partsOf('data 数据'))).toEqual(['data', '数据']);
  });

  it('loses and adds no text but the dots', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(
        texts,
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
        (text, query) => {
          const flat = text.replace(/\s+/g, ' ').trim();
          const joined = snippetOf([text], partsOf(query)).map((piece) => piece.text);
          const inner = joined.filter((piece) => piece !== '…').join('');
          expect(flat.includes(inner) || flat.includes('…')).toBe(true);
        },
      ),
    );
  });
});
