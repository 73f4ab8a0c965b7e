import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { systemClock } from './clock.ts';
import type { Database } from './db.ts';
import { createFacts } from './facts.ts';
import { createIds, systemRandom } from './ids.ts';
import { type LedgerOptions, ledgerDefaults, openLedger } from './ledger.ts';
import type { Witness } from './ledger-witness.ts';
import { silentLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { migrate } from './migrate.ts';
import { openFileSigner } from './signer.ts';

/** A database with facts of the kind `test.happened` and a ledger over them, for tests. */
export async function testLedgerHouse(db: Database) {
  const migrations = fileURLToPath(new URL('./migrations', import.meta.url));
  await migrate(db, [{ module: 'kernel', folder: migrations }]);
  const folder = await mkdtemp(join(tmpdir(), 'touyan-ledger-'));
  const file = join(folder, 'ledger-key');
  const signer = await openFileSigner({ file, name: 'test.example/ledger' });
  const clock = systemClock;
  const uses = {
    db,
    clock,
    signer,
    log: silentLog(),
    metrics: createMetrics({ processMetrics: false }),
  };
  const schemas = {
    'test.happened': z.object({ n: z.number(), note: z.string().optional() }),
    'test.other': z.object({}),
  };
  const facts = createFacts(
    { schemas },
    { db, clock, random: systemRandom, ids: createIds({ clock, random: systemRandom }) },
  );
  return {
    signer,
    facts,
    folder,
    /** A server's view of the ledger; each call is another server, or the same after a restart. */
    open: (witnesses: readonly Witness[] = [], options: Partial<LedgerOptions> = {}, own = db) =>
      openLedger(
        { ...ledgerDefaults, intervalMs: 5, pollMs: 50, ...options },
        { ...uses, db: own, facts, witnesses, metrics: createMetrics({ processMetrics: false }) },
      ),
    record: (n: number, kind = 'test.happened') =>
      db.transaction((tx) =>
        facts.append(tx, {
          kind,
          subject: 'thing_1',
          actor: 'party_1',
          body: kind === 'test.happened' ? { n } : {},
        }),
      ),
    recordAll: (count: number) =>
      db.transaction((tx) =>
        facts.appendAll(
          tx,
          Array.from({ length: count }, (_, n) => ({
            kind: 'test.happened',
            subject: 'thing_1',
            actor: 'party_1',
            body: { n },
          })),
        ),
      ),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
