import type { Kernel } from '#kernel/module.ts';
import type { StoredObservation } from './things-seam.ts';

const EVERY_MILLISECONDS = 500;
const THINGS_MAX = 20_000;

/**
 * Tells open pages which things have new observations, each thing twice a second at most: at once, and once
 * more where others came soon after.
 */
export function announceStored({ live, clock }: Kernel) {
  const told = new Map<string, number>();
  const due = new Set<string>();
  let isSet = false;

  const tell = (thingId: string, now: number) => {
    if (told.size > THINGS_MAX) told.clear();
    told.set(thingId, now);
    live.publish(`city.thing/${thingId}`);
  };
  const tellDue = () => {
    isSet = false;
    const now = clock.now().getTime();
    for (const thingId of due) tell(thingId, now);
    due.clear();
  };

  return (batch: readonly StoredObservation[]): void => {
    const now = clock.now().getTime();
    for (const thingId of new Set(batch.map((one) => one.thingId))) {
      if (now - (told.get(thingId) ?? 0) >= EVERY_MILLISECONDS) tell(thingId, now);
      else due.add(thingId);
    }
    if (due.size === 0 || isSet) return;
    isSet = true;
    setTimeout(tellDue, EVERY_MILLISECONDS).unref();
  };
}
