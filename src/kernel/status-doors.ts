import { sql } from 'kysely';
import type { Database } from './db.ts';
import type { Door } from './door.ts';
import type { Metrics } from './metrics.ts';

/** Health for a load balancer, metrics for Prometheus, and the OpenAPI document. */
export function statusDoors(uses: {
  db: Database;
  metrics: Metrics;
  describeApi(): Promise<object>;
  failing(): readonly string[];
}): Door[] {
  let description: Promise<string> | null = null;
  const door = { module: 'kernel', method: 'GET', bodyBytesMax: 0, errors: [] } as const;
  const asJson = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' };
  return [
    {
      ...door,
      name: 'live',
      path: '/healthz',
      summary: 'Whether the process answers',
      permission: 'open',
      handle: async () => ({ status: 200, headers: asJson, body: '{"status":"ok"}' }),
    },
    {
      ...door,
      name: 'ready',
      path: '/readyz',
      summary: 'Whether the database answers and every service runs',
      permission: 'open',
      async handle() {
        const reachable = await sql`select 1`.execute(uses.db.read).then(
          () => true,
          () => false,
        );
        const failing = uses.failing();
        const ready = reachable && failing.length === 0;
        const body = JSON.stringify({
          status: ready ? 'ok' : 'failing',
          database: reachable,
          failing,
        });
        return { status: ready ? 200 : 503, headers: asJson, body };
      },
    },
    {
      ...door,
      name: 'metrics',
      path: '/metrics',
      summary: 'Numbers about this server in the text format of Prometheus',
      permission: 'member',
      async handle() {
        const { contentType, body } = await uses.metrics.text();
        return { status: 200, headers: { 'content-type': contentType }, body };
      },
    },
    {
      ...door,
      name: 'openapi',
      path: '/api/v1/openapi.json',
      summary: 'The OpenAPI 3.1 document of every operation',
      permission: 'open',
      async handle() {
        description ??= uses.describeApi().then((document) => JSON.stringify(document));
        return { status: 200, headers: asJson, body: await description };
      },
    },
  ];
}
