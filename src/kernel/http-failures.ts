import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { categories, Failure, kernelErrors } from './errors.ts';
import type { Log } from './log.ts';

/**
 * The body of every error answer, the same from operations and doors. These five keys and no other,
 * or the typed client does not know it for an error; the request's id therefore stands in `data`.
 */
export type FailureBody = {
  defined: true;
  code: string;
  status: number;
  message: string;
  data: Record<string, unknown>;
};

/**
 * Turns whatever was thrown into an operating error. What nobody expected is logged under the request's
 * id, and the user sees that id only.
 */
export function failureOf(error: unknown, requestId: string, log: Log): Failure {
  if (error instanceof Failure) return error;
  const status = statusOf(error);
  if (status === 413) return kernelErrors.make.too_large();
  if (status >= 400 && status < 500) {
    return kernelErrors.make.invalid_input({ problem: messageOf(error) });
  }
  if (isUnreachable(error)) return kernelErrors.make.unavailable({}, { cause: error });
  log.error({ error, requestId }, 'an unexpected error reached the door');
  return kernelErrors.make.internal({ requestId }, { cause: error });
}

export function bodyOf(failure: Failure, requestId: string): FailureBody {
  const status = failure.code === 'kernel.internal' ? 500 : categories[failure.category].http;
  return {
    defined: true,
    code: failure.code,
    status: failure.code === 'kernel.too_large' ? 413 : status,
    message: failure.message,
    data: { ...failure.data, requestId },
  };
}

export function sendFailure(
  reply: FastifyReply,
  failure: Failure,
  requestId: string,
): FastifyReply {
  const body = bodyOf(failure, requestId);
  const seconds = failure.data.seconds;
  if (typeof seconds === 'number') reply.header('retry-after', String(Math.ceil(seconds)));
  return reply.status(body.status).send(body);
}

/** Answers what is no HTTP request, or has headers past the limit, before any handler sees it. */
export function refuseUnreadable(
  error: Error & { code?: string },
  socket: Socket,
  requestId: string,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const problem = tooLong
    ? 'address and headers are longer than 16 KiB'
    : 'this is no HTTP request';
  const failure = kernelErrors.make.invalid_input({ problem });
  const body = JSON.stringify({ ...bodyOf(failure, requestId), status: tooLong ? 431 : 400 });
  const reason = tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const headers = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.end(`HTTP/1.1 ${reason}\r\n${headers}\r\nconnection: close\r\n\r\n${body}`);
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500;
  return Number(error.statusCode);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : 'unreadable request';
}

/** The database or a socket is gone: SQLSTATE classes 08 and 57P, and Node's connection errors. */
function isUnreachable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return /^(08|57P|53300|ECONN|EPIPE|ETIMEDOUT)/.test(String(error.code));
}
