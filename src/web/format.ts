import type { Language } from './words.ts';

/** Figures, money and times as a reader of the given language expects them. Pure. */

const locales = { zh: 'zh-CN', en: 'en-GB' } as const;

/** `2026-11-23 14:05` in the given zone, or the reader's. `instant` is ISO 8601. */
export function formatInstant(instant: string, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).formatToParts(new Date(instant));
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `3 分钟前`, `in 2 days`. Instants in ISO 8601 and milliseconds. */
export function formatRelative(instant: string, nowMs: number, language: Language): string {
  const seconds = Math.round((Date.parse(instant) - nowMs) / 1000);
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units[3];
  const text = new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' }).format(
    Math.trunc(seconds / size),
    unit,
  );
  return language === 'zh' ? spaced(text) : text;
}

/** `4,000`, `0.913`. At most `digits` decimals. */
export function formatNumber(value: number, digits = 3): string {
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: digits }).format(value);
}

/** `91.3%`. The value is a ratio. */
export function formatPercent(ratio: number, digits = 1): string {
  return new Intl.NumberFormat('en-US', {
    style: 'percent',
    maximumFractionDigits: digits,
  }).format(ratio);
}

/** `¥1,234.50` from minor units; other currencies keep their code: `USD 12.00`. */
export function formatMoney(minorUnits: number, currency: string): string {
  const amount = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(Math.abs(minorUnits) / 100);
  const sign = minorUnits < 0 ? '-' : '';
  return currency === 'CNY' ? `${sign}¥${amount}` : `${sign}${currency} ${amount}`;
}

/** `4,000 亿元`, `400 billion CNY`. `yuan` from a hundred million on; smaller amounts as money. */
export function formatLargeYuan(yuan: number, language: Language): string {
  if (Math.abs(yuan) < 1e8) return formatMoney(Math.round(yuan * 100), 'CNY');
  return language === 'zh'
    ? `${formatNumber(yuan / 1e8, 2)} 亿元`
    : `${formatNumber(yuan / 1e9, 3)} billion CNY`;
}

/** `12.4 MB`, in decimal units. */
export function formatBytes(bytes: number): string {
  const names = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let place = 0;
  while (value >= 1000 && place < names.length - 1) {
    value /= 1000;
    place += 1;
  }
  return `${formatNumber(value, value < 100 ? 1 : 0)} ${names[place]}`;
}

/** `350 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`; Chinese says 毫秒, 秒, 分, 小时. */
export function formatDuration(seconds: number, language: Language): string {
  const names = language === 'zh' ? ['毫秒', '秒', '分', '小时'] : ['ms', 's', 'min', 'h'];
  const [ms, s, min, h] = names;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ${ms}`;
  if (seconds < 60) return `${formatNumber(seconds, seconds < 10 ? 1 : 0)} ${s}`;
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes} ${min} ${two(Math.floor(seconds % 60))} ${s}`;
  return `${Math.floor(minutes / 60)} ${h} ${two(minutes % 60)} ${min}`;
}

/** Puts a space between Chinese and Latin letters or figures. */
export function spaced(text: string): string {
  return text
    .replace(/(\p{Script=Han})([A-Za-z0-9])/gu, '$1 $2')
    .replace(/([A-Za-z0-9%])(\p{Script=Han})/gu, '$1 $2');
}

/** `甲、乙和丙`, `A, B, C`. */
export function formatList(items: readonly string[], language: Language): string {
  const options = { type: 'conjunction', style: 'narrow' } as const;
  return new Intl.ListFormat(locales[language], options).format(items);
}
