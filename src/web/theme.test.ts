import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { breakpoints, palettes, type Surface, styleSheet } from './theme.ts';

const surfaces: Surface[] = ['light', 'dark'];

/** Relative luminance and contrast of WCAG 2.2. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((place) => Number.parseInt(colour.slice(place, place + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

describe.each(surfaces)('the %s palette', (surface) => {
  const palette = palettes[surface];

  test.each(['ink', 'secondary', 'primary', 'bad'] as const)('%s carries words: 4.5:1', (name) => {
    expect(contrast(palette[name], palette.canvas)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette[name], palette.surface)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['good', 'attention', 'stopped', 'faint', 'bad', 'primary'] as const)(
    '%s draws marks: 3:1',
    (name) => expect(contrast(palette[name], palette.surface)).toBeGreaterThanOrEqual(3),
  );
});

describe('no colour, size or duration stands outside the theme', () => {
  const files = globSync('src/web/**/*.{css,ts,tsx}').filter(
    (file) => !/\/(theme|theme\.test)\.ts$|\.test\.tsx?$/.test(file),
  );
  const widths = Object.values(breakpoints).map((width) => `@media (max-width: ${width}px)`);
  const literal = /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\b\d*\.?\d+(?:px|rem|pt)\b|\b\d+m?s\b/i;

  test('there are files to look at', () => expect(files.length).toBeGreaterThan(50));

  test.each(files.filter((file) => file.endsWith('.css')))('%s', (file) => {
    const lines = readFileSync(file, 'utf8').split('\n');
    const wrong = lines.filter(
      (line) => literal.test(line) && !widths.some((width) => line.includes(width)),
    );
    expect(wrong).toEqual([]);
  });

  test.each(files.filter((file) => file.endsWith('.tsx')))('%s', (file) => {
    expect(readFileSync(file, 'utf8')).not.toMatch(/#[0-9a-f]{6}\b|\d(?:px|rem)\b|\bstyle=\{\{/i);
  });

  test('every variable that a style sheet names exists', () => {
    const sheets = files.filter((file) => file.endsWith('.css') || file.endsWith('.tsx'));
    const texts = sheets.map((file) => readFileSync(file, 'utf8'));
    const declared = new Set([styleSheet(), ...texts].join('\n').match(/--[\w-]+(?=:)/g));
    const named = texts.join('\n').matchAll(/var\((--[\w-]+)/g);
    expect([...named].map(([, name]) => name).filter((name) => !declared.has(name ?? ''))).toEqual(
      [],
    );
  });
});
