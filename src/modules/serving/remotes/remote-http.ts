import { lookup } from 'node:dns';
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { request as secureRequest, Agent as TlsAgent } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress, publicLookup } from '#kernel/public-address.ts';
import { servingErrors } from '../errors.ts';
import type { RemoteServer } from './remote-servers.ts';

export type RemoteQuestion = {
  method: 'GET' | 'POST';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | readonly Uint8Array[];
  /** Ends the exchange at any time; what was read so far rejects with its reason. */
  signal: AbortSignal;
};

export type RemoteHttp = {
  /**
   * Asks a server, and resolves with the head of its answer. Follows no redirect, verifies TLS, and goes to just those
   * addresses of its name that were checked. Throws `serving.remote_failed`, `serving.model_timeout` after a silence of
   * `idleMs`, and the reason of the signal.
   */
  ask(server: RemoteServer, question: RemoteQuestion): Promise<IncomingMessage>;
  /** The body of an answer, of `bytesMax` bytes at most. Throws as `ask` does. */
  readAll(server: RemoteServer, answer: IncomingMessage, signal: AbortSignal): Promise<Buffer>;
  /** The body as it comes. Throws as `ask` does. */
  parts(
    server: RemoteServer,
    answer: IncomingMessage,
    signal: AbortSignal,
  ): AsyncGenerator<Buffer, void, void>;
  close(): void;
};

class Late extends Error {}

/** Connections to servers elsewhere, kept while they are used. */
export function createRemoteHttp(options: { idleMs: number; bytesMax: number }): RemoteHttp {
  const kept = { keepAlive: true, maxSockets: 1_024, maxFreeSockets: 64 };
  const agents = {
    // Apart, so that no connection made under the one rule is used under the other.
    open: { plain: new PlainAgent(kept), tls: new TlsAgent(kept) },
    inward: { plain: new PlainAgent(kept), tls: new TlsAgent(kept) },
  };

  const askOnce = (server: RemoteServer, question: RemoteQuestion) => {
    const { method, headers, body, signal } = question;
    const url = new URL(question.url);
    const secure = url.protocol === 'https:';
    const own = agents[server.privateNetwork ? 'inward' : 'open'];
    const length =
      typeof body === 'string'
        ? Buffer.byteLength(body)
        : (body ?? []).reduce((sum, part) => sum + part.length, 0);
    return new Promise<IncomingMessage>((resolve, reject) => {
      const request = (secure ? secureRequest : plainRequest)(url, {
        ...{ method, signal, agent: secure ? own.tls : own.plain },
        lookup: server.privateNetwork ? lookup : publicLookup,
        headers: {
          'accept-encoding': 'identity',
          'user-agent': 'touyan',
          ...(server.key === null ? {} : { authorization: `Bearer ${server.key}` }),
          ...(method === 'POST' ? { 'content-length': String(length) } : {}),
          ...headers,
        },
      });
      let answer: IncomingMessage | null = null;
      request.setTimeout(options.idleMs, () => (answer ?? request).destroy(new Late()));
      request.once('response', (response) => {
        answer = response;
        resolve(response);
      });
      request.once('error', (error) => {
        // The server closed a connection that was kept just when it was used again.
        const stale = request.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
        reject(stale ? new Stale('', { cause: error }) : error);
      });
      if (typeof body === 'string') request.write(body);
      else for (const part of body ?? []) request.write(part);
      request.end();
    });
  };

  const failureOf = (error: unknown, { origin }: RemoteServer, signal: AbortSignal): unknown => {
    if (signal.aborted) return signal.reason;
    if (error instanceof Late) {
      return servingErrors.make.model_timeout({ limit: options.idleMs / 1_000 });
    }
    const problem = problemOf(error);
    return servingErrors.make.remote_failed({ origin, problem }, { cause: error });
  };

  const parts: RemoteHttp['parts'] = async function* (server, answer, signal) {
    try {
      for await (const part of answer) yield Buffer.from(part);
    } catch (error) {
      throw failureOf(error, server, signal);
    } finally {
      answer.destroy();
    }
  };

  return {
    parts,
    async ask(server, question) {
      const { hostname } = new URL(question.url);
      const host = hostname.replace(/^\[|\]$/g, '');
      const { origin } = server;
      // A connection to an address looks up no name, and so would not be checked.
      if (!server.privateNetwork && isIP(host) !== 0 && !isPublicAddress(host)) {
        throw servingErrors.make.remote_failed({ origin, problem: 'its address is private' });
      }
      question.signal.throwIfAborted();
      try {
        const answer = await askOnce(server, question).catch((error: unknown) => {
          if (error instanceof Stale) return askOnce(server, question);
          throw error;
        });
        const status = answer.statusCode ?? 0;
        const coding = answer.headers['content-encoding'] ?? 'identity';
        if (status < 300 || status >= 400) {
          if (coding === 'identity') return answer;
        }
        answer.destroy();
        const problem = coding === 'identity' ? 'it leads elsewhere' : `its answer is ${coding}`;
        throw new Wrong(problem.slice(0, 100));
      } catch (error) {
        if (error instanceof Wrong) {
          throw servingErrors.make.remote_failed({ origin, problem: error.message });
        }
        throw failureOf(error, server, question.signal);
      }
    },
    async readAll(server, answer, signal) {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const part of parts(server, answer, signal)) {
        length += part.length;
        if (length > options.bytesMax) {
          const problem = `its answer has over ${options.bytesMax} bytes`;
          throw servingErrors.make.remote_failed({ origin: server.origin, problem });
        }
        chunks.push(part);
      }
      return Buffer.concat(chunks, length);
    },
    close() {
      for (const { plain, tls } of Object.values(agents)) {
        plain.destroy();
        tls.destroy();
      }
    },
  };
}

class Stale extends Error {}
class Wrong extends Error {}

const problems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it takes no connection',
  ECONNRESET: 'it broke the connection',
  ENOTFOUND: 'its name leads nowhere',
  EAI_AGAIN: 'its name cannot be looked up just now',
};

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be reached';
  const code = 'code' in error ? String(error.code) : '';
  if (/TLS|CERT|SSL/.test(code)) return 'its certificate is not to be trusted';
  if (error.message.endsWith('leads to a private address')) return 'its address is private';
  return problems[code] ?? 'it cannot be reached';
}
