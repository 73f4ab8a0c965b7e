/** How much is left of what one caller may do with one trial (a token bucket), on this server. */

const BUCKETS_MAX = 50_000;

type Bucket = { left: number; at: number };

/**
 * Takes one call. Gives 0 where it may be made, else the seconds after which one may be. `now`: milliseconds that only
 * grow. Twice as many as a second's may be made at once. When there are too many callers to remember, the oldest are forgotten.
 */
export function createTrialRate({ perSecond }: { perSecond: number }) {
  const most = perSecond * 2;
  const buckets = new Map<string, Bucket>();
  return (key: string, now: number): number => {
    const bucket = buckets.get(key) ?? { left: most, at: now };
    bucket.left = Math.min(most, bucket.left + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    if (!buckets.has(key)) {
      buckets.set(key, bucket);
      const oldest = buckets.size > BUCKETS_MAX ? buckets.keys().next().value : undefined;
      if (oldest !== undefined) buckets.delete(oldest);
    }
    if (bucket.left < 1) return (1 - bucket.left) / perSecond;
    bucket.left -= 1;
    return 0;
  };
}
