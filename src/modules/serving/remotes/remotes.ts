import type { Log } from '#kernel/log.ts';
import type { Service } from '#kernel/service.ts';
import type { ModelSession } from '#modules/compute';
import type { ServingOptions } from '../config.ts';
import { createRemoteHttp, type RemoteHttp } from './remote-http.ts';
import { createRemoteServers, type RemoteServers } from './remote-servers.ts';
import { openRemoteSession } from './remote-sessions.ts';
import type { RemoteSpec } from './remote-spec.ts';

/** Servers elsewhere that answer calls of trials. */
export type Remotes = {
  servers: RemoteServers;
  http: RemoteHttp;
  /** What stands for the model of a trial here; see remote-sessions.ts. */
  openSession(spec: RemoteSpec, ownerId: string): Promise<ModelSession>;
  service: Service;
};

export function createRemotes(options: ServingOptions, { log }: { log: Log }): Remotes {
  const servers = createRemoteServers({ file: options.SERVING_REMOTES_FILE }, { log });
  const http = createRemoteHttp({
    idleMs: options.SERVING_REMOTE_SILENCE_SECONDS_MAX * 1_000,
    bytesMax: options.SERVING_REMOTE_ANSWER_BYTES_MAX,
  });
  const limits = {
    loadSeconds: options.SERVING_MODEL_LOAD_SECONDS_MAX,
    runSeconds: options.SERVING_MODEL_RUN_SECONDS_MAX,
  };
  return {
    servers,
    http,
    openSession: (spec, ownerId) => openRemoteSession({ spec, ownerId }, limits, { servers, http }),
    service: {
      name: 'serving.remotes',
      run: (signal) =>
        new Promise((resolve) => {
          const close = () => {
            http.close();
            resolve();
          };
          if (signal.aborted) close();
          else signal.addEventListener('abort', close, { once: true });
        }),
    },
  };
}
