import { sql } from 'kysely';
import { type AccessEngine, createAccess } from '#kernel/access-engine.ts';
import { systemClock } from '#kernel/clock.ts';
import type { PermissionDeclaration } from '#kernel/contract.ts';
import type { Database } from '#kernel/db.ts';
import { createFacts } from '#kernel/facts.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { migrate } from '#kernel/migrate.ts';
import type { Principal } from '#kernel/principal.ts';
import { testDatabases } from '#kernel/testing.ts';

/**
 * Access with 100,000 resources and 100,000 grants: a leased decision, a cold one, and a page of 50
 * out of 100,000 rows of which all, or only fifty, may be seen. Medians, in milliseconds. PGlite, and
 * PostgreSQL where DATABASE_URL_TEST names one. One JSON line a figure.
 */

const ROWS = 100_000;
const FEW_EVERY = ROWS / 50;

const declarations: Record<string, PermissionDeclaration> = {
  'lab.sample.read': { kind: 'read', resource: 'lab.sample', summary: 'read a sample' },
};
const me: Principal = {
  id: 'party_me',
  kind: 'person',
  name: 'me',
  memberships: [{ organisation: 'party_mine', role: 'member' }],
  roles: ['expert'],
};

let failed = false;

for (const { engine, open } of testDatabases()) {
  const db = await open();
  const access = await prepare(db);
  const ref = (n: number) => ({ type: 'lab.sample', id: `sample_${n}` });

  // The engines compile what is asked often, which takes some hundred questions.
  await median(300, (n) => access.decide(me, 'lab.sample.read', ref(n * 41 + 7)));
  const cold = await median(200, (n) => access.decide(me, 'lab.sample.read', ref(n * 37 + 1)));
  report(`access.decision_cold.${engine}`, cold, 2);
  await access.decide(me, 'lab.sample.read', ref(1), { lease: true });
  const started = performance.now();
  const rounds = 5000;
  for (let n = 0; n < rounds; n += 1) {
    await access.decide(me, 'lab.sample.read', ref(1), { lease: true });
  }
  report(`access.decision_cached.${engine}`, (performance.now() - started) / rounds, 0.05);

  for (const [shown, audience] of [
    ['few_owned', 'owner'],
    ['all_public', 'public'],
  ] as const) {
    await sql`update access_resources set audience = ${audience}`.execute(db.read);
    await db.raw('vacuum analyze access_resources');
    const anew = await prepareAccess(db);
    await page(db, anew); // Starts the count by which the statement is chosen.
    await new Promise((resolve) => setTimeout(resolve, 500));
    report(`access.visible_${shown}.${engine}`, await median(21, () => page(db, anew)), 30);
  }
  await db.close();
}
process.exitCode = failed ? 1 : 0;

async function page(db: Database, access: AccessEngine): Promise<void> {
  const shown = access.visible(me, 'lab.sample.read', sql.ref('lab_samples.id'));
  const { rows } = await sql`
    select id, created_at from lab_samples where ${shown}
    order by created_at desc, id desc limit 50`.execute(db.read);
  if (rows.length !== 50) throw new Error(`a page of ${rows.length}`);
}

async function prepareAccess(db: Database): Promise<AccessEngine> {
  const clock = systemClock;
  const ids = createIds({ clock, random: systemRandom });
  const uses = { db, clock, ids, random: systemRandom };
  const facts = createFacts({ schemas: kernelContract.facts }, uses);
  return createAccess({ declarations, cedarTexts: [] }, { db, clock, ids, facts });
}

async function prepare(db: Database): Promise<AccessEngine> {
  const folder = new URL('../src/kernel/migrations', import.meta.url).pathname;
  await migrate(db, [{ module: 'kernel', folder }]);
  await db.raw(`
    create table lab_samples (id text primary key, created_at timestamptz not null);
    create index lab_samples_by_time on lab_samples (created_at desc, id desc);
    insert into lab_samples (id, created_at)
      select 'sample_' || n, now() - n * interval '1 second' from generate_series(1, ${ROWS}) as n;
    insert into access_resources (type, id, owner, audience)
      select 'lab.sample', 'sample_' || n,
        case when n % ${FEW_EVERY} = 0 then 'party_mine' else 'party_' || n % 1000 end, 'owner'
      from generate_series(1, ${ROWS}) as n;
    insert into access_grants (id, subject, action, resource_type, resource_id, basis, granted_by,
        granted_at)
      select 'grant_' || n, 'party_' || n % 5000, 'lab.sample.read', 'lab.sample', 'sample_' || n,
        'case', 'party_giver', now()
      from generate_series(1, ${ROWS}) as n;`);
  await db.raw('analyze');
  return prepareAccess(db);
}

async function median(rounds: number, work: (round: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await work(round);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function report(figure: string, value: number, limit: number): void {
  const passed = value <= limit;
  failed ||= !passed;
  const rounded = Number(value.toPrecision(3));
  process.stdout.write(
    `${JSON.stringify({ figure, value: rounded, limit, unit: 'ms', passed })}\n`,
  );
}
