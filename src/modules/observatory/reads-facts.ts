import type { Principal } from '#kernel/principal.ts';
import { type Indicator, isCounted } from './indicators.ts';

/** Whether a reader gets the facts themselves: bodies can tell more than their reader may know. */
export function readsFacts(indicator: Indicator, { roles }: Principal): boolean {
  if (!isCounted(indicator) || indicator.disclosed) return true;
  return roles.some((role) => role === 'auditor' || role === 'audit_administrator');
}
