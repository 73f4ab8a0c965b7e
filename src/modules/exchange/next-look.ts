import type { AgreementRow } from './agreement-store.ts';
import type { Uses } from './module-uses.ts';

/** When the clock looks at a running agreement again: to settle, or because its time is over. */
export function nextLook(row: AgreementRow, { kernel, options }: Uses): Date {
  const wait = options.EXCHANGE_SETTLE_MINUTES * 60_000;
  const soon = kernel.clock.now().getTime() + wait;
  return new Date(Math.min(soon, row.valid_until?.getTime() ?? soon));
}
