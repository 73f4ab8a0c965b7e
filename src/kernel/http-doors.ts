import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Door, DoorReply, DoorRow } from './door.ts';
import { kernelErrors } from './errors.ts';
import type { Asked } from './http.ts';
import { failureOf } from './http-failures.ts';
import type { Log } from './log.ts';
import type { Module } from './module.ts';

type Uses = {
  modules: readonly Module[];
  asked(request: FastifyRequest, reply: FastifyReply): Asked;
  log: Log;
};

/**
 * Serves the doors that are no operations. They read the raw body themselves, so this scope parses
 * nothing.
 */
export function registerDoors(server: FastifyInstance, uses: Uses): DoorRow[] {
  const doors = uses.modules.flatMap((module) => module.doors);
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const door of doors) {
      scope.route({
        method: door.method,
        url: door.path,
        exposeHeadRoute: false,
        handler: async (request, reply) => {
          try {
            return await answer(door, request, reply, uses.asked(request, reply));
          } catch (error) {
            if (!door.refuse) throw error;
            return send(reply, door.refuse(failureOf(error, request.id, uses.log)));
          }
        },
      });
    }
  });
  return doors.map(({ module, name, method, path, permission, summary, bodyBytesMax }) => ({
    module,
    name: `${module}.${name}`,
    method,
    path: path.replace(/:(\w+)/g, '{$1}'),
    permission,
    summary,
    bodyBytesMax,
  }));
}

async function answer(door: Door, request: FastifyRequest, reply: FastifyReply, asked: Asked) {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > door.bodyBytesMax) {
    throw kernelErrors.make.too_large({ limitBytes: door.bodyBytesMax });
  }
  const call = await (door.leased ? asked.leasedCall() : asked.call());
  if (door.permission !== 'open' && call.principal.kind === 'stranger') {
    throw kernelErrors.make.not_signed_in();
  }
  const params = request.params as Record<string, string>;
  const { raw, url } = request;
  const result = await door.handle(
    {
      ...{ raw, params, response: reply.raw },
      get query() {
        return new URL(url, 'http://localhost').searchParams;
      },
    },
    call,
  );
  return send(reply, result);
}

function send(reply: FastifyReply, result: DoorReply) {
  if ('streaming' in result) {
    reply.hijack();
    return reply;
  }
  reply.status(result.status).headers(result.headers ?? {});
  const { body } = result;
  if (body === undefined || typeof body === 'string') return reply.send(body ?? '');
  return reply.send(body instanceof Uint8Array ? Buffer.from(body) : Readable.from(body));
}
