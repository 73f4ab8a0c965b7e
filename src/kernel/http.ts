import type { IncomingHttpHeaders } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { DoorRow } from './door.ts';
import { kernelErrors } from './errors.ts';
import { registerDoors } from './http-doors.ts';
import { failureOf, refuseUnreadable, sendFailure } from './http-failures.ts';
import { registerOperations } from './http-operations.ts';
import { registerPortal } from './http-portal.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Module } from './module.ts';
import type { Call, Principal } from './principal.ts';

export type HttpOptions = {
  host: string;
  port: number;
  /** Bytes of an operation's body; doors name their own. */
  bodyBytesMax: number;
  /** Milliseconds that a client may take to send its headers and body. */
  requestMilliseconds: number;
  /** Folders of the built portal and of the built verifier; null serves neither. */
  pages: { portal: URL; verifier: URL } | null;
};

export type HttpUses = {
  modules: readonly Module[];
  ids: Ids;
  log: Log;
  metrics: Metrics;
  /** Finds who asks; rejects with `kernel.not_signed_in` for credentials that are no good. */
  authenticate(headers: Headers): Promise<Principal>;
  /** The same from what was known at most a second ago; without it leased doors ask as all others do. */
  authenticateLeased?(headers: IncomingHttpHeaders): Promise<Principal>;
};

export type HttpServer = {
  /** `http://127.0.0.1:7800` */
  address: string;
  doors: readonly DoorRow[];
  close(): Promise<void>;
};

/** What the hooks leave on a request for those who answer it. */
export type Asked = { call(): Promise<Call>; leasedCall(): Promise<Call>; requestId: string };

/**
 * The HTTP server: operations, doors and the portal behind one set of rules. Resolves once it listens.
 * Rejects if two doors share a method and path.
 */
export async function startHttp(options: HttpOptions, uses: HttpUses): Promise<HttpServer> {
  const server = Fastify({
    bodyLimit: options.bodyBytesMax,
    requestTimeout: options.requestMilliseconds,
    logger: false,
    // A machine may be busy at the start: slow is no reason to give up.
    pluginTimeout: 0,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: true,
    genReqId: () => uses.ids('request'),
    clientErrorHandler: (error, socket) => refuseUnreadable(error, socket, uses.ids('request')),
  });
  server.setErrorHandler((error, request, reply) => {
    const failure = failureOf(error, request.id, uses.log);
    return sendFailure(reply, failure, request.id);
  });
  addRules(server, uses);
  const asked = (request: FastifyRequest, reply: FastifyReply) => askedBy(request, reply, uses);
  const rows = [
    ...registerOperations(server, {
      modules: uses.modules,
      asked,
      log: uses.log,
      bodyBytesMax: options.bodyBytesMax,
    }),
    ...registerDoors(server, { modules: uses.modules, asked, log: uses.log }),
  ];
  if (options.pages) await registerPortal(server, options.pages);
  server.setNotFoundHandler((request, reply) => {
    const failure = kernelErrors.make.missing({ id: request.url.slice(0, 200) });
    return sendFailure(reply, failure, request.id);
  });
  const address = await server.listen({ host: options.host, port: options.port });
  return { address, doors: rows, close: () => server.close() };
}

/** Rules for every answer: who may embed it, what a cross-site page may send, how long it took. */
function addRules(server: FastifyInstance, uses: HttpUses): void {
  const seconds = uses.metrics.histogram({
    module: 'http',
    name: 'request_seconds',
    help: 'Time from request to answer',
    labels: ['method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'x-request-id': request.id,
    });
    if (isForeign(request)) throw kernelErrors.make.foreign_origin();
  });
  server.addHook('onResponse', async (request, reply) => {
    seconds.observe(
      { method: request.method, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });
}

/**
 * A write that carries a cookie must come from a page of this very origin
 * (https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html).
 */
function isForeign(request: FastifyRequest): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  const { origin, host, cookie } = request.headers;
  if (!cookie || !origin) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/** One for all: an error of its own for each answered request costs more than some requests do. */
const gone = new DOMException('The client has its answer, or went away.', 'AbortError');

function askedBy(request: FastifyRequest, reply: FastifyReply, uses: HttpUses): Asked {
  const abort = new AbortController();
  reply.raw.once('close', () => abort.abort(gone));
  let call: Promise<Call> | null = null;
  const callOf = (principal: Principal): Call => ({
    principal,
    requestId: request.id,
    signal: abort.signal,
    language: languageOf(request.headers['accept-language']),
  });
  const asked: Asked = {
    requestId: request.id,
    call() {
      call ??= uses.authenticate(toHeaders(request)).then(callOf);
      return call;
    },
    leasedCall: () => uses.authenticateLeased?.(request.headers).then(callOf) ?? asked.call(),
  };
  return asked;
}

function toHeaders(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) headers.append(name, one);
    }
  }
  return headers;
}

function languageOf(accepted: string | undefined): Call['language'] {
  return accepted !== undefined && /^\s*en\b/i.test(accepted) ? 'en' : 'zh';
}
