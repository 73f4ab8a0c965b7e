import { describe, expect, test } from 'vitest';
import * as format from './format.ts';

describe('format', () => {
  test('an instant in the reader’s zone', () => {
    expect(format.formatInstant('2026-11-23T06:05:00.000Z', 'Asia/Shanghai')).toBe(
      '2026-11-23 14:05',
    );
    expect(format.formatInstant('2026-11-23T16:00:00.000Z', 'Asia/Shanghai')).toBe(
      '2026-11-24 00:00',
    );
  });

  test('how long ago, with spaces in Chinese', () => {
    const now = Date.parse('2026-11-23T06:05:00Z');
    expect(format.formatRelative('2026-11-23T06:02:00Z', now, 'zh')).toBe('3 分钟前');
    expect(format.formatRelative('2026-11-25T06:05:00Z', now, 'en')).toBe('in 2 days');
  });

  test('money from minor units', () => {
    expect(format.formatMoney(123_450, 'CNY')).toBe('¥1,234.50');
    expect(format.formatMoney(-5, 'CNY')).toBe('-¥0.05');
    expect(format.formatMoney(1200, 'USD')).toBe('USD 12.00');
  });

  test('large figures as each language counts', () => {
    expect(format.formatLargeYuan(4e11, 'zh')).toBe('4,000 亿元');
    expect(format.formatLargeYuan(4e11, 'en')).toBe('400 billion CNY');
    expect(format.formatLargeYuan(1234.5, 'zh')).toBe('¥1,234.50');
  });

  test('sizes and durations', () => {
    expect(format.formatBytes(999)).toBe('999 B');
    expect(format.formatBytes(12_400_000)).toBe('12.4 MB');
    expect(format.formatDuration(0.35, 'en')).toBe('350 ms');
    expect(format.formatDuration(4.2, 'zh')).toBe('4.2 秒');
    expect(format.formatDuration(185, 'en')).toBe('3 min 05 s');
    expect(format.formatDuration(7_800, 'zh')).toBe('2 小时 10 分');
  });

  test('spaces between Chinese and figures', () => {
    expect(format.spaced('共3个GPU')).toBe('共 3 个 GPU');
  });
});
