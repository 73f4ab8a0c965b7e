import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { pause, type Service } from '#kernel/service.ts';
import type { ServingOptions } from './config.ts';
import { servingErrors } from './errors.ts';
import { createGroup } from './group.ts';
import { createJournal } from './journal.ts';
import { createSession, type Session } from './session.ts';
import { openSessionProcess, type RowSessions, type Served } from './session-process.ts';
import type { createStops } from './stops.ts';
import * as store from './store-journal.ts';

export type Sessions = {
  /** The session of that name on this server; made where there is none. */
  find(served: Served, callerId: string, name: string): Promise<Session>;
  /** Ends the programs of a deployment on this server. */
  closeAll(deploymentId: string): Promise<void>;
  service: Service;
};

type Uses = {
  kernel: Kernel;
  compute: RowSessions;
  stops: Pick<ReturnType<typeof createStops>, 'isKnownStopped'>;
  /** The program of a deployment does not answer the same rows the same way. */
  onDiffers(deploymentId: string, sessionId: string): Promise<void>;
};

const QUESTIONS_MAX = 64;
const LOOK_EVERY_MS = 250;

/** The sessions that this server has to do with, and the programs that it runs for them. */
export function createSessions(options: ServingOptions, uses: Uses): Sessions {
  const { kernel, stops } = uses;
  const { db, ids, clock, metrics } = kernel;
  const sessions = new Map<string, Promise<Session>>();
  const opened = new Set<Session>();
  let opening = 0;
  let ending = false;
  const openGauge = metrics.gauge({
    ...{ module: 'serving', name: 'sessions_open', help: 'Sessions whose program runs here.' },
  });
  const restarts = metrics.counter({
    ...{ module: 'serving', name: 'restarts_total', help: 'Sessions that were begun again.' },
  });
  const prepare = createGroup<store.Question, store.Prepared>(
    { itemsMax: QUESTIONS_MAX },
    (questions) => store.prepare(db.read, questions),
  );
  const journal = createJournal(kernel);

  const close = async (session: Session) => {
    await session.close();
    opened.delete(session);
    openGauge.set({}, opened.size);
  };

  /** Room for one more program; the one that was longest without a call goes. Throws `serving.busy`. */
  const makeRoom = async () => {
    const limit = options.SERVING_SESSIONS_AT_ONCE;
    for (const session of opened) if (!session.open() && !session.busy()) opened.delete(session);
    while (opened.size + opening >= limit) {
      const idle = [...opened].filter((session) => !session.busy());
      const [oldest] = idle.sort((left, right) => left.usedAt() - right.usedAt());
      if (!oldest) throw servingErrors.make.busy({ limit });
      opened.delete(oldest);
      await close(oldest);
    }
  };

  const make = async (served: Served, callerId: string, name: string): Promise<Session> => {
    const id = await sessionId(served.id, callerId, name);
    const session = createSession({ id, callerId, served }, options, {
      kernel,
      prepare,
      journal,
      async open() {
        if (ending) throw kernelErrors.make.unavailable();
        opened.delete(session);
        await makeRoom();
        opening += 1;
        try {
          const process = await openSessionProcess(served, options, uses);
          opened.add(session);
          openGauge.set({}, opened.size);
          return process;
        } finally {
          opening -= 1;
        }
      },
      onDiffers: () => uses.onDiffers(served.id, id),
      count(more) {
        if (more.restarts > 0) restarts.add({}, more.restarts);
        db.transaction((tx) => store.countOnSession(tx, id, more)).catch((error: unknown) =>
          kernel.log.warn({ error, session: id }, 'an error could not be counted'),
        );
      },
    });
    return session;
  };

  const sessionId = async (deploymentId: string, callerId: string, name: string) => {
    const key = { deploymentId, callerId, name };
    const found = await store.findSession(db.read, key);
    if (found) return found;
    const count = await store.countSessions(db.read, key);
    if (count >= options.SERVING_SESSIONS_MAX) throw servingErrors.make.sessions_many({ count });
    return db.transaction((tx) =>
      store.ensureSession(tx, { ...key, id: ids('session'), createdAt: clock.now() }),
    );
  };

  /** Ends programs that are stopped, or that nobody calls, and forgets what is not in use. */
  const look = async () => {
    const idleMs = options.SERVING_IDLE_SECONDS * 1_000;
    for (const session of opened) {
      const target = { type: 'serving.deployment', id: session.deploymentId };
      const idle = !session.busy() && performance.now() - session.usedAt() > idleMs;
      if (idle || (await stops.isKnownStopped(target))) await close(session);
    }
    for (const [key, made] of sessions) {
      const session = await made.catch(() => null);
      const idle = !session?.busy() && !session?.open();
      if (idle && performance.now() - (session?.usedAt() ?? 0) > idleMs) sessions.delete(key);
    }
  };

  return {
    find(served, callerId, name) {
      const key = `${served.id} ${callerId} ${name}`;
      let session = sessions.get(key);
      if (!session) {
        session = make(served, callerId, name);
        sessions.set(key, session);
        session.catch(() => sessions.delete(key));
      }
      return session;
    },
    async closeAll(deploymentId) {
      const own = [...opened].filter((session) => session.deploymentId === deploymentId);
      await Promise.all(own.map(close));
    },
    service: {
      name: 'serving.sessions',
      async run(signal) {
        while (!signal.aborted) {
          if (opened.size > 0 || sessions.size > 0) await look();
          await pause(LOOK_EVERY_MS, signal);
        }
        ending = true;
        await Promise.all([...opened].map(close));
        ending = false;
      },
    },
  };
}
