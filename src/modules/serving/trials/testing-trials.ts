import type { Database } from '#kernel/db.ts';
import { startHttp } from '#kernel/http.ts';
import { type Principal, stranger } from '#kernel/principal.ts';
import { callAs } from '#kernel/testing-calls.ts';
import { sumAndDifference } from '#kernel/testing-onnx.ts';
import type { ServingOptions } from '../config.ts';
import { buyer, openHouse, operator, vendor } from '../testing.ts';

/** For tests: a server with its HTTP doors, and models on trial. */

export const simple = sumAndDifference();

export const reader = callAs('party_reader');

/** Who asks, by the key that they send. */
const keys: Record<string, Principal> = {
  vendor: vendor.principal,
  buyer: buyer.principal,
  operator: operator.principal,
  reader: reader.principal,
};

export type TrialHouse = Awaited<ReturnType<typeof openTrialHouse>>;

export async function openTrialHouse(
  db: Database,
  options: {
    isolation?: 'webassembly' | 'bubblewrap';
    folder?: string;
    serving?: Partial<ServingOptions>;
  } = {},
) {
  const house = await openHouse(db, { isolation: 'bubblewrap', ...options });
  const { kernel, hub, serving } = house;
  const http = await startHttp(
    { host: '127.0.0.1', port: 0, bodyBytesMax: 1 << 20, requestMilliseconds: 60_000, pages: null },
    {
      ...{ modules: [hub, serving], ids: kernel.ids, log: kernel.log, metrics: kernel.metrics },
      authenticate: async (headers) =>
        keys[headers.get('authorization')?.replace('Bearer ', '') ?? ''] ?? stranger,
    },
  );
  return {
    ...house,
    address: http.address,
    /** Publishes files as a repository that members see, or only its owner. */
    async repository(
      files: Readonly<Record<string, string | Uint8Array>>,
      audience: 'members' | 'owner' = 'members',
    ) {
      const published = await house.publish({
        ...{ files, entry: '', environment: 'javascript', options: {} },
      });
      await hub.handlers.setAudience({ ...published, audience }, vendor);
      return published;
    },
    /** A trial of a model of its own repository. */
    async trial(model: Uint8Array, more: { batchMax?: number; delayMs?: number } = {}) {
      const { repositoryId } = await this.repository({ 'model.onnx': model });
      const input = { repositoryId, path: 'model.onnx', batchMax: 32, delayMs: 0, ...more };
      return serving.handlers.createTrial(input, vendor);
    },
    /** Asks a door of the protocol; JSON in and out. */
    async oip(path: string, more: { key?: string; body?: unknown; headers?: object } = {}) {
      const { key = 'reader', body, headers } = more;
      const answer = await fetch(`${http.address}/v2${path}`, {
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...headers },
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: JSON.parse(text || 'null') };
    },
    async usage(trialId: string): Promise<number> {
      return (await serving.handlers.getTrial({ trialId }, vendor)).usage.calls;
    },
    async stop() {
      await http.close();
      await house.stop();
    },
  };
}

const tensor = (name: string, values: readonly number[]) => ({
  ...{ name, shape: [1, 16], datatype: 'INT32', data: values },
});

/** A request for the model that adds and subtracts, and what it answers. */
export function sumRequest(left: number, right: number) {
  const fill = (start: number, step: number) =>
    Array.from({ length: 16 }, (_, place) => start + step * place);
  return {
    body: { inputs: [tensor('INPUT0', fill(left, 1)), tensor('INPUT1', fill(right, 1))] },
    sums: fill(left + right, 2),
    differences: fill(left - right, 0),
  };
}
