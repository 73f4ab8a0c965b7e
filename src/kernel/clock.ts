/** The one source of time. Only `apps` makes the real one; tests bring their own. */
export type Clock = {
  /** The present instant, to the millisecond, UTC. */
  now(): Date;
};

export const systemClock: Clock = { now: () => new Date() };
