import { SmartCoercionPlugin } from '@orpc/json-schema';
import { OpenAPIHandler } from '@orpc/openapi/fastify';
import { type AnyRouter, implement, ORPCError, ValidationError } from '@orpc/server';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from './contract.ts';
import type { DoorRow } from './door.ts';
import { type Failure, kernelErrors } from './errors.ts';
import type { Asked } from './http.ts';
import { bodyOf, failureOf } from './http-failures.ts';
import type { Log } from './log.ts';
import type { Module } from './module.ts';

const ISSUES_MAX = 20;

type Issue = ValidationError['issues'][number];

type Uses = {
  modules: readonly Module[];
  asked(request: FastifyRequest, reply: FastifyReply): Asked;
  log: Log;
  bodyBytesMax: number;
};

/** Serves every operation of every contract, and gives their rows of the door table. */
export function registerOperations(server: FastifyInstance, uses: Uses): DoorRow[] {
  const handler = new OpenAPIHandler<Asked>(routerOf(uses.modules), {
    plugins: [new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })],
    clientInterceptors: [
      async ({ next, context }) => {
        try {
          return await next();
        } catch (error) {
          throw toOrpc(error, context.requestId, uses.log);
        }
      },
    ],
    customErrorResponseBodyEncoder: (error) =>
      error.data?.answer ?? bodyOf(fromOrpc(error, uses.log), ''),
  });
  const rows = operationRows(uses.modules, uses.bodyBytesMax);
  const signedInOnly = permissionsForMembers(uses.modules);
  for (const row of rows) {
    server.route({
      method: row.method,
      url: row.path.replace(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) => {
        const asked = uses.asked(request, reply);
        if (signedInOnly.has(row.permission)) await requireSignIn(asked);
        const { matched } = await handler.handle(request, reply, {
          context: asked,
        });
        if (!matched) throw kernelErrors.make.missing({ id: request.url.slice(0, 200) });
        return reply;
      },
    });
  }
  return rows;
}

/** Permissions that no stranger has, so that one is refused before the input is even looked at. */
function permissionsForMembers(modules: readonly Module[]): ReadonlySet<string> {
  const declarations = modules.flatMap(({ contract }) => Object.entries(contract.permissions));
  const closed = declarations.filter(([, { kind }]) => kind !== 'open' && kind !== 'read');
  return new Set(closed.map(([permission]) => permission));
}

async function requireSignIn(asked: Asked): Promise<void> {
  const { principal } = await asked.call();
  if (principal.kind === 'stranger') throw kernelErrors.make.not_signed_in();
}

export function operationRows(modules: readonly Module[], bodyBytesMax: number): DoorRow[] {
  return modules.flatMap(({ contract }) =>
    Object.entries(contract.operations).map(([name, { '~orpc': definition }]) => ({
      module: contract.name,
      name: `${contract.name}.${name}`,
      method: definition.route.method ?? 'POST',
      path: definition.route.path ?? '/',
      permission: definition.meta.permission,
      summary: definition.route.summary ?? '',
      bodyBytesMax,
    })),
  );
}

function routerOf(modules: readonly Module[]): AnyRouter {
  const router: Record<string, Record<string, AnyRouter>> = {};
  for (const { contract, handlers } of modules) {
    router[contract.name] = Object.fromEntries(
      Object.entries(contract.operations).map(([name, operation]: [string, Operation]) => {
        const handle = handlers[name];
        if (!handle) throw new Error(`${contract.name}.${name} has no handler`);
        const procedure = implement(operation)
          .$context<Asked>()
          .handler(async ({ input, context }) => handle(input as never, await context.call()));
        return [name, procedure];
      }),
    );
  }
  return router;
}

function issueOf(issue: Issue) {
  const parts = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
  return { path: parts.map(String).join('.'), message: issue.message };
}

/** Keeps the declared code, status and data; the wire form is `FailureBody`. */
function toOrpc(error: unknown, requestId: string, log: Log): ORPCError<string, unknown> {
  const failure =
    error instanceof ORPCError ? fromOrpc(error, log) : failureOf(error, requestId, log);
  const answer = bodyOf(failure, requestId);
  return new ORPCError(failure.code, {
    status: answer.status,
    message: failure.message,
    data: { answer },
    cause: error,
  });
}

function fromOrpc(error: ORPCError<string, unknown>, log: Log): Failure {
  if (error.cause instanceof ValidationError) {
    if (error.code === 'BAD_REQUEST') {
      const issues = error.cause.issues.slice(0, ISSUES_MAX).map(issueOf);
      const problem = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
      return kernelErrors.make.invalid_input({ problem: problem.slice(0, 500), issues });
    }
    log.error({ error, issues: error.cause.issues }, 'an answer does not fit its contract');
  }
  if (error.status >= 400 && error.status < 500) {
    return kernelErrors.make.invalid_input({ problem: error.message });
  }
  return kernelErrors.make.internal({}, { cause: error });
}
