import type { Client } from 'aedes';
import type { Json } from '#kernel/errors.ts';
import type { MqttSessions } from './mqtt-sessions.ts';
import { commandTopic } from './mqtt-topics.ts';

/**
 * Sends to things with QoS 1, one message at a time on each connection: the broker tells of a PUBACK, and not of
 * which message it is. A thing that does not acknowledge in time is disconnected, so that a late PUBACK is
 * never taken for another's.
 */
export function createMqttSend(
  options: { sendSeconds: number },
  { sessions }: { sessions: MqttSessions },
) {
  const chains = new WeakMap<Client, Promise<unknown>>();
  const pending = new Map<Client, (sent: boolean) => void>();

  const sendTo = (client: Client, topic: string, payload: string): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => client.close(), options.sendSeconds * 1000);
      pending.set(client, (sent) => {
        clearTimeout(timer);
        pending.delete(client);
        resolve(sent);
      });
      client.publish(
        { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false },
        (error) => error && pending.get(client)?.(false),
      );
    });

  return {
    /** The connection has acknowledged what was sent to it. */
    acknowledged: (client: Client) => pending.get(client)?.(true),
    /** The connection has ended. */
    closed: (client: Client) => pending.get(client)?.(false),
    /** True once the thing has acknowledged. Of several connections of one thing the latest is asked. */
    async send(thingId: string, message: Json): Promise<boolean> {
      const client = sessions.listeners(thingId).at(-1)?.client;
      if (!client) return false;
      const payload = JSON.stringify(message);
      const attempt = (chains.get(client) ?? Promise.resolve()).then(() =>
        client.closed ? false : sendTo(client, commandTopic(thingId), payload),
      );
      chains.set(client, attempt);
      return attempt;
    },
  };
}
