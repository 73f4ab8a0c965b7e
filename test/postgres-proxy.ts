import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type PostgresProxy = {
  /** As the given one, by way of the proxy. */
  url: string;
  /** Whether notifications reach the client. */
  notifies: boolean;
  /** Notifications that were held back. */
  dropped(): number;
  /** From now on nothing passes, either way, though connections stay open. */
  silence(): void;
  /** Falls silent once a connection that has sent this text has committed, before anybody hears of the commit. */
  silenceAfterCommitOf(text: string): void;
  silent(): boolean;
  /** What was held back passes, and so does what follows. */
  resume(): void;
  close(): Promise<void>;
};

/**
 * Stands between a server and its PostgreSQL, and can hold back what `NOTIFY` sends, or everything. Messages are
 * framed by a letter and a length (https://www.postgresql.org/docs/15/protocol-message-formats.html); `A` is a
 * notification.
 */
export async function postgresProxy(target: string): Promise<PostgresProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let silent = false;
  let watched: string | null = null;
  let dropped = 0;
  const pass = (work: () => void) => {
    if (silent) held.push(work);
    else work();
  };
  const proxy: PostgresProxy = {
    url: '',
    notifies: true,
    dropped: () => dropped,
    silence() {
      silent = true;
    },
    silenceAfterCommitOf(text) {
      watched = text;
    },
    silent: () => silent,
    resume() {
      silent = false;
      for (const work of held.splice(0)) work();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port || 5432), hostname);
    let rest = Buffer.alloc(0);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    let told = false;
    client.on('data', (data) => {
      pass(() => upstream.write(data));
      told ||= watched !== null && data.includes(watched);
      if (!told || !data.includes('commit')) return;
      watched = null;
      told = false;
      silent = true;
    });
    upstream.on('data', (data) => {
      const { messages, left } = split(Buffer.concat([rest, data]));
      rest = left;
      const passing = messages.filter((message) => {
        const held = !proxy.notifies && message[0] === NOTIFICATION;
        if (held) dropped += 1;
        return !held;
      });
      pass(() => client.write(Buffer.concat(passing)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  proxy.url = url.href;
  return proxy;
}

const NOTIFICATION = 'A'.charCodeAt(0);

/** Whole messages, and what is left of one that has not come whole. */
function split(data: Buffer): { messages: Buffer[]; left: Buffer<ArrayBuffer> } {
  const messages: Buffer[] = [];
  let start = 0;
  while (data.length - start >= 5) {
    const end = start + 1 + data.readInt32BE(start + 1);
    if (end > data.length) break;
    messages.push(data.subarray(start, end));
    start = end;
  }
  return { messages, left: Buffer.from(data.subarray(start)) };
}
