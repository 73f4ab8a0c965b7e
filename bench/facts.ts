import { hash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Database, type Executor, json, openDatabase } from '#kernel/db.ts';
import { ledgerDefaults } from '#kernel/ledger.ts';
import { hashLeaf } from '#kernel/ledger-tiles.ts';
import { pause } from '#kernel/service.ts';
import { testDatabases } from '#kernel/testing.ts';
import { testLedgerHouse } from '#kernel/testing-ledger.ts';
import { parseCheckpoint } from '#verify/checkpoint.ts';
import { verifyInclusion } from '#verify/merkle.ts';
import { parseNote } from '#verify/note.ts';
import { figureAtLeast, figureAtMost, quantile } from '../tools/figure.ts';

/**
 * What it costs to keep a ledger. The rate of facts, from the first write until the last one is durable and
 * in a signed tree, over the rate of rows of the same shape, indexes and statement in the same database,
 * written by as many writers in transactions of as many rows; and how long the proof of a fact takes in
 * a log of 1,000,000. PGlite in a folder, and PostgreSQL where DATABASE_URL_TEST names one. One
 * JSON line a figure. ENTRIES=20000 is quicker.
 */

const ENTRIES = Number(process.env.ENTRIES ?? 1_000_000);
const ENTRIES_AT_ONCE = 50_000;
const PROOFS = 1_500;
const ROUNDS = 4;
const WRITERS = 4;
const note = 'a sentence as long as those that people write when they say why. '.repeat(3);
const never = new AbortController().signal;

/** As `kernel_facts`, but for the checks of what it says. */
const bareTable = `
  create table bench_rows (
    sequence bigint generated always as identity primary key,
    id text not null unique,
    kind text not null,
    subject text not null,
    actor text not null,
    time timestamptz not null,
    body jsonb,
    salt bytea,
    commitment bytea not null check (length(commitment) = 32)
  );
  create index bench_rows_by_subject on bench_rows (subject, sequence)`;

type House = Awaited<ReturnType<typeof testLedgerHouse>>;
type Load = { name: string; transactions: number; rows: number };

const folder = await mkdtemp(join(tmpdir(), 'touyan-bench-'));
const lite = () => openDatabase({ engine: 'pglite', folder: join(folder, 'database') });
for (const { engine, open } of testDatabases()) {
  const db = engine === 'pglite' ? lite() : await open();
  const house = await testLedgerHouse(db);
  await db.raw(bareTable);
  for (const load of [
    { name: 'one_a_transaction', transactions: 400, rows: 1 },
    { name: 'fifty_a_transaction', transactions: 200, rows: 50 },
  ]) {
    figureAtLeast(
      `facts.rate_${load.name}.${engine}`,
      await ratio(db, house, load),
      'of bare',
      0.5,
    );
  }
  const times = await proofs(house, await fill(db, house));
  figureAtMost(`facts.proof_p99.${engine}`, quantile(times, 0.99), 'ms', 5);
  await db.close();
  await house.close();
}
await rm(folder, { recursive: true, force: true });

/** Rates are compared round by round, facts and bare rows in turn, since machines are noisy. */
async function ratio(db: Database, house: House, load: Load): Promise<number> {
  const { intervalMs, pollMs } = ledgerDefaults;
  const ledger = await house.open([], { intervalMs, pollMs });
  const stop = new AbortController();
  const running = ledger.service.run(stop.signal);
  const facts = async () => {
    const wanted = (await ledger.size()) + load.transactions * load.rows;
    await write(load, () => db.transaction((tx) => house.facts.appendAll(tx, drafts(load.rows))));
    while ((await ledger.size()) < wanted) await pause(2, never);
  };
  const bare = async () => {
    const batches = Array.from({ length: load.transactions }, () => bareRows(load.rows));
    return timeOf(() =>
      write(load, (place) => db.transaction((tx) => insertBare(tx, batches[place] ?? []))),
    );
  };
  await facts();
  await bare();
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ratios.push((await bare()) / (await timeOf(facts)));
  }
  stop.abort();
  await running;
  return quantile(ratios, 0.5);
}

async function write(load: Load, transaction: (place: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const writer = async () => {
    while (next < load.transactions) {
      next += 1;
      await transaction(next - 1);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function drafts(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    kind: 'test.happened',
    subject: `thing_${n % 20}`,
    actor: 'party_1',
    body: { n, note },
  }));
}

type BareRow = ReturnType<typeof bareRows>[number];

function bareRows(count: number) {
  return drafts(count).map((draft) => ({
    ...draft,
    id: `fact_${randomBytes(13).toString('hex')}`,
    time: new Date().toISOString(),
    salt: randomBytes(32),
    commitment: randomBytes(32),
  }));
}

/** As `facts-store.ts` inserts facts. */
async function insertBare(tx: Executor, rows: readonly BareRow[]): Promise<void> {
  const [only] = rows;
  const into = sql`insert into bench_rows (id, kind, subject, actor, time, body, salt, commitment)`;
  if (only !== undefined && rows.length === 1) {
    const { id, kind, subject, actor, time, body, salt, commitment } = only;
    await sql`${into} values (${id}, ${kind}, ${subject}, ${actor}, ${time}, ${json(body)}, ${salt},
      ${commitment})`.execute(tx);
    return;
  }
  const plain = rows.map((row) => ({
    ...row,
    salt: row.salt.toString('base64'),
    commitment: row.commitment.toString('base64'),
  }));
  await sql`${into}
    select id, kind, subject, actor, time, body, decode(salt, 'base64'), decode(commitment, 'base64')
    from rows from (json_to_recordset(${JSON.stringify(plain)}::json) as (
      id text, kind text, subject text, actor text, time timestamptz, body jsonb, salt text,
      commitment text
    )) with ordinality order by ordinality`.execute(tx);
}

/**
 * Facts in bulk, with commitments to nothing in particular: their proofs are as long. Returns the first
 * place that they take.
 */
async function fill(db: Database, house: House): Promise<number> {
  const ledger = await house.open([], { batchMax: ENTRIES_AT_ONCE });
  await ledger.integrate();
  const start = await ledger.size();
  for (let from = start; from < ENTRIES; from += ENTRIES_AT_ONCE) {
    await sql`
      insert into kernel_facts (id, kind, subject, actor, time, body, salt, commitment)
      select 'fact_' || n, 'test.happened', 'thing_' || n % 5000, 'party_1', now(),
        ${json({ n: 1, note })}, sha256(('salt' || n)::bytea), sha256(n::text::bytea)
      from generate_series(${from}::int, ${Math.min(ENTRIES, from + ENTRIES_AT_ONCE)}::int - 1) n`.execute(
      db.read,
    );
    await ledger.integrate();
  }
  await db.raw('vacuum analyze kernel_facts');
  // What was filled is on disk, as it is for a server that has just started.
  await db.raw('checkpoint');
  return start;
}

/** Times of proofs of facts picked all over the log, by a server that has just started. */
async function proofs(house: House, start: number): Promise<number[]> {
  const ledger = await house.open();
  const times: number[] = [];
  for (let place = 0; place < PROOFS; place += 1) {
    const n = start + Math.floor(Math.random() * (ENTRIES - start));
    const started = performance.now();
    const proof = await ledger.proof(`fact_${n}`);
    times.push(performance.now() - started);
    if (place % 100 > 0) continue;
    const { size, root } = parseCheckpoint(parseNote(proof.checkpoint).text);
    const leaf = hashLeaf(hash('sha256', String(n), 'buffer'));
    if (!(await verifyInclusion({ size, root }, proof.index, leaf, proof.hashes))) {
      throw new Error(`the proof of fact_${n} does not hold`);
    }
  }
  return times;
}
