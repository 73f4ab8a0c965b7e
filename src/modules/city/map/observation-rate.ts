/** How many observations came in the last minute, from places in the store that were seen at times. */
export type ObservationRate = {
  see(place: number, atMs: number): void;
  lastMinute(atMs: number): number;
};

const WINDOW_MS = 60_000;
/** Times closer together than this are seen as one. */
const APART_MS = 500;

export function createObservationRate(): ObservationRate {
  let seen: { place: number; atMs: number }[] = [];
  const forget = (atMs: number) => {
    const last = seen.findLastIndex((each) => each.atMs <= atMs - WINDOW_MS);
    if (last > 0) seen = seen.slice(last);
  };
  return {
    see(place, atMs) {
      const last = seen.at(-1);
      if (last && seen.length > 1 && atMs - last.atMs < APART_MS) {
        seen.pop();
        seen.push({ place, atMs: last.atMs });
      } else seen.push({ place, atMs });
      forget(atMs);
    },
    lastMinute(atMs) {
      forget(atMs);
      const [first, last] = [seen[0], seen.at(-1)];
      return first && last ? last.place - first.place : 0;
    },
  };
}
