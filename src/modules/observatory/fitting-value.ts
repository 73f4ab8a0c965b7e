import type { EnteredIndicator } from './indicators.ts';

/**
 * Why a number cannot stand for an indicator; null where it can. A number has at most six decimals, or is
 * a whole one that a double holds exactly, so that it reads the same everywhere.
 */
export function problemOfValue(value: number, { whole }: EnteredIndicator): string | null {
  if (!Number.isFinite(value)) return 'it is no number';
  if (whole && !Number.isSafeInteger(value)) return 'it is no whole number';
  if (whole && value < 0) return 'it is below 0';
  if (Number.isSafeInteger(value)) return null;
  if (Math.abs(value) >= 1e9) return 'it is too large for decimals';
  return Number(value.toFixed(6)) === value ? null : 'it has more than six decimals';
}
