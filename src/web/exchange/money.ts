/** Money as text and back, by digits alone: no number with a fraction comes into being. Pure. */

/** `¥1,234.50` from whole minor units; another currency keeps its code. */
export function moneyText(minor: number, currency: string): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  const amount = `${whole}.${digits.slice(-2)}`;
  const sign = minor < 0 ? '-' : '';
  return currency === 'CNY' ? `${sign}¥${amount}` : `${sign}${currency} ${amount}`;
}

/** What somebody typed, such as `12.5` or `¥1,200`, as whole minor units; null where it is none. */
export function parseMoney(text: string): number | null {
  const plain = text
    .trim()
    .replace(/^[¥￥]/, '')
    .replaceAll(',', '');
  const [, whole, cents = ''] = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(plain) ?? [];
  if (whole === undefined) return null;
  return Number(`${whole}${cents.padEnd(2, '0')}`);
}

/** Basis points as a percentage: 500 is `5%`, 333 is `3.33%`. */
export function shareText(basisPoints: number): string {
  const digits = String(basisPoints).padStart(3, '0');
  const fraction = digits.slice(-2).replace(/0+$/, '');
  return `${digits.slice(0, -2)}${fraction === '' ? '' : `.${fraction}`}%`;
}
