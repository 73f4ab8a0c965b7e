import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Category, Failure } from './errors.ts';
import type { Call } from './principal.ts';

/**
 * A way in that is no operation of a contract: an upload, a stream, a standard's endpoint. Each
 * stands in the door table with its permission, limit and errors; the server refuses to start with two
 * doors on one method and path.
 */
export type Door = {
  module: string;
  name: string;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** A Fastify path pattern from the root, such as `/api/v1/hub/files/:digest`. */
  path: string;
  summary: string;
  /**
   * The permission that the handler asks for, or `open`. `member`: the server itself refuses
   * strangers before the handler runs.
   */
  permission: string;
  bodyBytesMax: number;
  errors: readonly Category[];
  /**
   * Who asks may be as it was known up to a second ago: for doors that one caller asks thousands of times a second.
   */
  leased?: true;
  handle(request: DoorRequest, call: Call): Promise<DoorReply>;
  /**
   * How the standard of this door words an error, whatever threw it; without it errors leave as those
   * of operations do.
   */
  refuse?(failure: Failure): DoorReply;
};

export type DoorRequest = {
  raw: IncomingMessage;
  /** Only for doors that write the answer piece by piece and return `streaming`. */
  response: ServerResponse;
  params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
};

export type DoorReply =
  | {
      status: number;
      headers?: Record<string, string>;
      body?: string | Uint8Array | AsyncIterable<Uint8Array>;
    }
  | { streaming: true };

/** A row of the door table: operations and doors alike. */
export type DoorRow = {
  module: string;
  name: string;
  method: string;
  path: string;
  permission: string;
  summary: string;
  bodyBytesMax: number;
};
