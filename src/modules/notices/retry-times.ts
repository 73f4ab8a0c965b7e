/** Waits between attempts: about a day in all, as Standard Webhooks recommends. */
const WAIT_SECONDS = [5, 30, 300, 1800, 7200, 21_600, 43_200];

/** When to try again after so many attempts, up to a fifth later than planned; null to give up. */
export function nextAttempt(attempts: number, now: Date, random: number): Date | null {
  const seconds = WAIT_SECONDS[attempts - 1];
  if (seconds === undefined) return null;
  return new Date(now.getTime() + seconds * 1000 * (1 + random / 5));
}
