/**
 * Users that no account has, one a job, so that two jobs share nothing even outside their namespaces.
 * 60578 to 61183 are free of use on Linux systems (https://systemd.io/UIDS-GIDS).
 */
const FIRST = 60_600;
const COUNT = 400;

export type IsolatedUsers = {
  /** Null where this process is no root: then jobs run as the user that we are. */
  take(): number | null;
  give(userId: number | null): void;
};

export function createIsolatedUsers(isRoot: boolean): IsolatedUsers {
  const taken = new Set<number>();
  // Platforms on one machine begin at different places.
  let next = process.pid % COUNT;
  return {
    take() {
      if (!isRoot) return null;
      for (let tries = 0; tries < COUNT; tries += 1) {
        const userId = FIRST + next;
        next = (next + 1) % COUNT;
        if (taken.has(userId)) continue;
        taken.add(userId);
        return userId;
      }
      throw new Error(`More than ${COUNT} jobs at once have no users to run as.`);
    },
    give(userId) {
      if (userId !== null) taken.delete(userId);
    },
  };
}
