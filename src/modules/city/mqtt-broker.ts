import type { Aedes, Client } from 'aedes';
import type { Kernel } from '#kernel/module.ts';
import type { Sender } from './ingest-sender.ts';
import { mayAcknowledge } from './mqtt-receive.ts';
import type { MqttSessions } from './mqtt-sessions.ts';
import { thingOfSubscription } from './mqtt-topics.ts';

type Uses = {
  kernel: Kernel;
  sessions: MqttSessions;
  receive(sender: Sender, topic: string, payload: Uint8Array): Promise<void>;
  onAck(client: Client): void;
  onClosed(client: Client): void;
  onListening(thingId: string): void;
};

/** Of CONNACK (MQTT 3.1.1, 3.2.2.3); aedes declares them as an ambient enum, which cannot be imported. */
const BAD_USERNAME_OR_PASSWORD = 4;

/**
 * The MQTT 3.1.1 broker. A PUBLISH is acknowledged once `receive` has resolved; what clients publish is
 * received and passed on to nobody. The only thing to subscribe to are the commands of a thing that the connection
 * speaks for. Sessions end with their connection.
 */
export async function openBroker(options: { connectionsMax: number }, uses: Uses): Promise<Aedes> {
  const { sessions, receive } = uses;
  // Loaded after the platform has begun to answer.
  const { Aedes: engine } = await import('aedes');
  const broker = await engine.createBroker({
    connectTimeout: 10_000,
    maxClientsIdLength: 128,
    keepaliveLimit: 0,
    preConnect(_client, _packet, done) {
      done(null, broker.connectedClients < options.connectionsMax);
    },
    authenticate(client, username, password, done) {
      const refused = Object.assign(new Error('not signed in'), {
        returnCode: BAD_USERNAME_OR_PASSWORD,
      });
      const opened = sessions.open(client, username ?? '', password ?? Buffer.alloc(0));
      opened.then(
        (signedIn) => {
          if (!signedIn) return done(refused, null);
          // Client ids are chosen by clients: two of different senders never push each other out.
          const sender = sessions.of(client)?.sender;
          const scope = sender?.kind === 'thing' ? sender.thingId : sender?.principal.id;
          client.id = `${scope}/${client.id}`;
          client.clean = true;
          done(null, true);
        },
        (error) => {
          uses.kernel.log.warn({ error }, 'an MQTT sign-in could not be checked');
          done(Object.assign(new Error('unavailable'), { returnCode: 3 }), null);
        },
      );
    },
    authorizePublish(client, packet, done) {
      const session = sessions.of(client);
      if (!session) return done(new Error('nobody is signed in'));
      const { payload } = packet;
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      receive(session.sender, packet.topic, bytes).then(
        () => done(null),
        (error) => {
          uses.kernel.log.warn({ error, client: client?.id }, 'an MQTT connection had to end');
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
    },
    authorizeSubscribe(client, subscription, done) {
      const session = sessions.of(client);
      const thingId = thingOfSubscription(subscription.topic);
      if (!session || thingId === null || subscription.qos === 0) return done(null, null);
      mayAcknowledge(thingId, session.sender, uses.kernel).then(
        (may) => {
          if (may) session.listens.add(thingId);
          done(null, may ? subscription : null);
        },
        (error) => done(error),
      );
    },
  });
  receiveOnly(broker);
  broker.on('subscribe', (subscriptions, client) => {
    for (const { topic } of subscriptions) {
      const thingId = thingOfSubscription(topic);
      if (thingId !== null && sessions.of(client)?.listens.has(thingId)) uses.onListening(thingId);
    }
  });
  broker.on('unsubscribe', (topics, client) => {
    for (const topic of topics) {
      sessions.of(client)?.listens.delete(thingOfSubscription(topic) ?? '');
    }
  });
  broker.on('ack', (_packet, client) => uses.onAck(client));
  broker.on('clientDisconnect', (client) => {
    sessions.close(client);
    uses.onClosed(client);
  });
  return broker;
}

/**
 * What a client publishes has been received by then and is for no other client: it is spared the way through the
 * broker's own storage and matching, which costs more than all the rest of receiving it.
 */
function receiveOnly(broker: Aedes): void {
  const { publish } = broker;
  const sparing = (packet: unknown, client: unknown, done: unknown) => {
    // From a client aedes calls it with three arguments, otherwise with two (aedes 1.2.0, aedes.js).
    if (client === null || typeof client === 'function' || typeof done !== 'function') {
      Reflect.apply(publish, broker, [packet, client, done]);
    } else {
      setImmediate(() => done(null));
    }
  };
  Object.defineProperty(broker, 'publish', { value: sparing });
}
