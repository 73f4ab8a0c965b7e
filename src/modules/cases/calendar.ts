import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { canonicalJson } from '#verify/jcs.ts';
import { casesErrors } from './contract.ts';
import * as store from './store.ts';

/** The calendar as readers get it: every listed day, or those of one year. */
export async function readCalendar(input: { year?: string | undefined }, kernel: Kernel) {
  return {
    version: await store.readCalendarVersion(kernel.db.read),
    timeZone: 'Asia/Shanghai' as const,
    week: 'Monday to Friday' as const,
    days: await store.readCalendarDays(kernel.db.read, input.year),
  };
}

/**
 * Replaces the listed days of one year. Deadlines that already run keep their date: people were told it.
 * Throws `cases.calendar_changed` where another edit came first.
 */
export async function updateCalendar(
  input: { year: string; version: number; days: store.CalendarDay[] },
  kernel: Kernel,
  call: Call,
): Promise<void> {
  const foreign = input.days.find(({ day }) => !day.startsWith(`${input.year}-`));
  if (foreign) {
    throw casesErrors.make.calendar_days_invalid({ problem: `${foreign.day} is of another year` });
  }
  if (new Set(input.days.map(({ day }) => day)).size < input.days.length) {
    throw casesErrors.make.calendar_days_invalid({ problem: 'a day is listed twice' });
  }
  const daysDigest = await textDigest(canonicalJson(input.days));
  await kernel.db.transaction(async (tx) => {
    const version = await store.readCalendarVersion(tx, { lock: true });
    if (version !== input.version) throw casesErrors.make.calendar_changed();
    await store.replaceYear(tx, input.year, input.days);
    await kernel.facts.append(tx, {
      kind: 'cases.calendar_updated',
      subject: 'cases.calendar',
      actor: call.principal.id,
      body: { version: version + 1, daysDigest },
    });
    kernel.db.afterCommit(tx, () => kernel.live.publish('cases.calendar'));
  });
}
