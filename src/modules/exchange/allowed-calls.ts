import { callsOf } from '#verify/statement.ts';
import type { AgreementRow } from './agreement-store.ts';

/** How many calls the credit paid so far buys, within the terms. Pure. */
export function allowedCalls(
  row: Pick<AgreementRow, 'paid_minor' | 'price_minor' | 'calls_max'>,
): number {
  const bought = callsOf(row.paid_minor, row.price_minor);
  return row.calls_max === null ? bought : Math.min(bought, row.calls_max);
}
