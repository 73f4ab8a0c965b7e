import { sql } from 'kysely';
import type { Decision, ResourceRef } from './access.ts';
import type { Clock } from './clock.ts';
import type { PermissionKind } from './contract.ts';
import { type Database, json } from './db.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import type { Principal } from './principal.ts';
import { createBell, type Service } from './service.ts';

export type DecisionRow = {
  id: string;
  decidedAt: Date;
  principal: string;
  onBehalfOf: string | null;
  permission: string;
  resourceType: string | null;
  resourceId: string | null;
  allowed: boolean;
  policies: readonly string[];
  grants: readonly string[];
};

export type DecisionLog = {
  /** Notes a decision and returns at once; it is stored within a second or so. */
  note(
    asked: {
      principal: Principal;
      permission: string;
      kind: PermissionKind;
      ref: ResourceRef | null;
    },
    decision: Decision,
  ): void;
  /** Stores what has been noted. */
  flush(): Promise<void>;
  list(
    filter: DecisionFilter,
    page: { before: string | null; limit: number },
  ): Promise<{
    rows: DecisionRow[];
    total: number;
  }>;
  service: Service;
};

type DecisionFilter = {
  principal?: string;
  resource?: ResourceRef;
  allowed?: boolean;
};

const BATCH_ROWS = 500;
const QUEUE_ROWS_MAX = 20_000;
const FLUSH_MILLISECONDS = 1000;
/** A yes to these is what everybody does all day; only the noes are kept. */
const COMMONPLACE: readonly PermissionKind[] = ['open', 'member', 'read'];

/**
 * The decision log: every no, and every yes that may change something. Rows wait in memory for at most a
 * second and are lost with a killed process; what was done is in the facts. Where the database cannot
 * follow, the oldest waiting rows give way and the log says how many. Strangers who were refused
 * are counted by the hour and permission, not stored.
 */
export function createDecisionLog(uses: {
  db: Database;
  clock: Clock;
  ids: Ids;
  log: Pick<Log, 'warn' | 'error'>;
}): DecisionLog {
  const { db, clock, ids, log } = uses;
  const bell = createBell();
  let waiting: DecisionRow[] = [];
  let denials = new Map<string, number>();
  let dropped = 0;

  const store = async (): Promise<void> => {
    while (waiting.length > 0 || denials.size > 0) {
      const rows = waiting.splice(0, BATCH_ROWS);
      const counts = denials;
      denials = new Map();
      try {
        await insert(db, rows, counts);
      } catch (error) {
        waiting = [...rows, ...waiting];
        for (const [key, count] of counts) denials.set(key, (denials.get(key) ?? 0) + count);
        throw error;
      }
    }
    if (dropped === 0) return;
    log.error({ dropped }, 'decisions were made faster than they could be stored');
    dropped = 0;
  };
  // One at a time: two would take turns at the same rows.
  let storing: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    storing = storing.catch(() => {}).then(store);
    return storing;
  };

  return {
    note({ principal, permission, kind, ref }, decision) {
      if (decision.allowed && COMMONPLACE.includes(kind)) return;
      const now = clock.now();
      if (principal.kind === 'stranger') {
        const hour = new Date(now);
        hour.setUTCMinutes(0, 0, 0);
        const key = `${hour.toISOString()} ${permission}`;
        denials.set(key, (denials.get(key) ?? 0) + 1);
        return;
      }
      waiting.push({
        id: ids('decision'),
        decidedAt: now,
        principal: principal.id,
        onBehalfOf: principal.onBehalfOf ?? null,
        permission,
        resourceType: ref?.type ?? null,
        resourceId: ref?.id ?? null,
        ...decision,
      });
      if (waiting.length > QUEUE_ROWS_MAX) {
        waiting.shift();
        dropped += 1;
      }
      if (waiting.length >= BATCH_ROWS) bell.ring();
    },
    flush,
    list: (filter, page) => list(db, filter, page),
    service: {
      name: 'kernel.decision_log',
      async run(signal) {
        while (!signal.aborted) {
          await bell.sleep(FLUSH_MILLISECONDS, signal);
          await flush().catch((error) => log.warn({ error }, 'decisions wait for the database'));
        }
      },
      drain: flush,
    },
  };
}

async function insert(
  db: Database,
  rows: readonly DecisionRow[],
  denials: ReadonlyMap<string, number>,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (rows.length > 0) {
      const values = rows.map(
        (row) => sql`(${row.id}, ${row.decidedAt}, ${row.principal}, ${row.onBehalfOf},
          ${row.permission}, ${row.resourceType}, ${row.resourceId}, ${row.allowed},
          ${json(row.policies)}, ${json(row.grants)})`,
      );
      await sql`
        insert into access_decisions (id, decided_at, principal, on_behalf_of, permission,
          resource_type, resource_id, allowed, policies, grants)
        values ${sql.join(values)} on conflict (id) do nothing`.execute(tx);
    }
    for (const [key, count] of denials) {
      const [hour, permission] = key.split(' ');
      await sql`
        insert into access_stranger_denials (hour, permission, denials)
        values (${hour}, ${permission}, ${count})
        on conflict (hour, permission)
        do update set denials = access_stranger_denials.denials + excluded.denials`.execute(tx);
    }
  });
}

async function list(
  db: Database,
  filter: DecisionFilter,
  page: { before: string | null; limit: number },
): Promise<{ rows: DecisionRow[]; total: number }> {
  const { principal, resource, allowed } = filter;
  const wanted = sql`true
    ${principal ? sql`and principal = ${principal}` : sql``}
    ${resource ? sql`and resource_type = ${resource.type} and resource_id = ${resource.id}` : sql``}
    ${allowed === undefined ? sql`` : sql`and allowed = ${allowed}`}`;
  const { rows } = await sql<DecisionRow>`
    select id, decided_at as "decidedAt", principal, on_behalf_of as "onBehalfOf", permission,
      resource_type as "resourceType", resource_id as "resourceId", allowed, policies, grants
    from access_decisions
    where ${wanted} ${page.before ? sql`and id < ${page.before}` : sql``}
    order by id desc limit ${page.limit}`.execute(db.read);
  const count = await sql<{ total: number }>`
    select count(*) as total from access_decisions where ${wanted}`.execute(db.read);
  return { rows, total: count.rows[0]?.total ?? 0 };
}
