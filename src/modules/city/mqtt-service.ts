import { once } from 'node:events';
import { isIPv6, Server, type Socket } from 'node:net';
import type { Aedes } from 'aedes';
import type { Kernel } from '#kernel/module.ts';
import { pause, type Service } from '#kernel/service.ts';
import type { ThingsOptions } from './config.ts';
import { guardConnection } from './mqtt-connection.ts';
import type { MqttSessions } from './mqtt-sessions.ts';

const SWEEP_MILLISECONDS = 1_000;

type Uses = {
  kernel: Kernel;
  sessions: MqttSessions;
  openBroker(): Promise<Aedes>;
  settled(): Promise<void>;
};

const isLoopback = (host: string) => /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host);

/**
 * Listens for things. Throws at once for an address beyond this machine without PostgreSQL: what PGlite has
 * acknowledged does not survive the loss of power.
 */
export function createMqttService(options: ThingsOptions, uses: Uses) {
  const host = options.CITY_MQTT_HOST;
  if (!isLoopback(host) && uses.kernel.db.engine === 'pglite') {
    throw new Error(
      `To listen for MQTT on ${host} the platform needs PostgreSQL: set DATABASE_URL.`,
    );
  }
  let address: string | null = null;
  let end = (): void => {};

  const service: Service = {
    name: 'city-mqtt',
    async run(signal) {
      const broker = await uses.openBroker();
      const open = new Set<Socket>();
      const server = new Server((socket) => {
        open.add(socket.setNoDelay(true));
        socket.once('close', () => open.delete(socket));
        broker.handle(
          guardConnection(socket, { payloadBytesMax: options.CITY_OBSERVATION_BYTES_MAX }),
        );
      });
      server.maxConnections = options.CITY_MQTT_CONNECTIONS_MAX;
      const failed = new Promise<never>((_resolve, reject) => server.once('error', reject));
      failed.catch(() => {});
      try {
        server.listen({ host, port: options.CITY_MQTT_PORT });
        await Promise.race([once(server, 'listening', { signal }), failed]);
        const bound = server.address();
        const port = typeof bound === 'object' && bound ? bound.port : options.CITY_MQTT_PORT;
        address = `mqtt://${isIPv6(host) ? `[${host}]` : host}:${port}`;
        uses.kernel.log.info({ address }, 'things connect here');
        const drained = new AbortController();
        end = () => drained.abort();
        const stopped = AbortSignal.any([signal, drained.signal]);
        await Promise.race([watch(stopped, uses), failed]);
      } finally {
        address = null;
        server.close();
        await new Promise<void>((resolve) => broker.close(resolve));
        for (const socket of open) socket.destroy();
        await uses.settled();
      }
    },
    async drain() {
      end();
    },
  };
  return { service, address: () => address };
}

/** Until it is stopped, ends connections whose key is in force no longer. */
async function watch(signal: AbortSignal, { kernel, sessions }: Uses): Promise<void> {
  while (!signal.aborted) {
    await pause(SWEEP_MILLISECONDS, signal);
    if (signal.aborted) return;
    await sessions.sweep().catch((error: unknown) => {
      kernel.log.warn({ error }, 'the keys of connected things could not be checked');
    });
  }
}
