import type { Client } from 'aedes';
import type { Kernel } from '#kernel/module.ts';
import type { Principal } from '#kernel/principal.ts';
import type { Sender } from './ingest-sender.ts';
import { isKey } from './things-key.ts';
import { findKey, keyVersions } from './things-store.ts';

/** One connection that has signed in. */
export type Session = {
  client: Client;
  sender: Sender;
  /** Finds the party again from the key that it used; null for things. */
  renew: (() => Promise<Principal>) | null;
  /** The things whose commands it listens for. */
  listens: Set<string>;
};

type Authenticate = (headers: Headers) => Promise<Principal>;

/**
 * Who is connected. A thing signs in with its id and key; a device or service of a party with any name and its
 * API key as the password. Persons and strangers do not connect.
 */
export function createMqttSessions(uses: { kernel: Kernel; authenticate: Authenticate }) {
  const { kernel, authenticate } = uses;
  const sessions = new Map<Client, Session>();

  const signIn = async (
    username: string,
    password: string,
  ): Promise<Pick<Session, 'sender' | 'renew'> | null> => {
    if (username.startsWith('thing_')) {
      const row = await findKey(kernel.db.read, username.slice(0, 64));
      if (!row || !isKey(password, row.key_hash)) return null;
      const sender: Sender = {
        kind: 'thing',
        thingId: row.id,
        ownerId: row.owner_id,
        keyVersion: row.key_version,
      };
      return { sender, renew: null };
    }
    const headers = new Headers({ authorization: `Bearer ${password}` });
    const renew = () => authenticate(headers);
    const principal = await renew().catch(() => null);
    if (principal?.kind !== 'device' && principal?.kind !== 'service') return null;
    return { sender: { kind: 'party', principal }, renew };
  };

  /** Ends the connections whose key is in force no longer, and renews what is known of the others. */
  const sweep = async (): Promise<void> => {
    for (const client of sessions.keys()) if (client.closed) sessions.delete(client);
    const all = [...sessions.values()];
    if (all.length === 0) return;
    const things = all.flatMap(({ sender }) => (sender.kind === 'thing' ? [sender.thingId] : []));
    const versions = await keyVersions(kernel.db.read, things);
    for (const session of all) {
      const { sender, client, renew } = session;
      if (sender.kind === 'thing') {
        if (versions.get(sender.thingId) !== sender.keyVersion) client.close();
        continue;
      }
      const principal = await renew?.().catch(() => null);
      if (principal) session.sender = { kind: 'party', principal };
      else client.close();
    }
  };

  return {
    /** False for credentials that are no good. The password's bytes are text, or it is none. */
    async open(client: Client, username: string, password: Uint8Array): Promise<boolean> {
      const text = Buffer.from(password).toString();
      // A header takes no other characters, and no key has them.
      if (!/^[\w.~+/=-]{1,200}$/.test(text)) return false;
      const found = await signIn(username, text);
      if (!found || client.closed) return false;
      sessions.set(client, { client, ...found, listens: new Set() });
      return true;
    },
    of: (client: Client | null) => (client ? (sessions.get(client) ?? null) : null),
    close: (client: Client) => void sessions.delete(client),
    sweep,
    all: () => [...sessions.values()],
    /** Connections that listen for the commands of a thing. */
    listeners: (thingId: string) =>
      [...sessions.values()].filter(({ listens }) => listens.has(thingId)),
  };
}

export type MqttSessions = ReturnType<typeof createMqttSessions>;
