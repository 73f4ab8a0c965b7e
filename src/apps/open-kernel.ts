import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AccessEngine, createAccess } from '#kernel/access-engine.ts';
import { openFolderBlobs } from '#kernel/blobs-folder.ts';
import { systemClock } from '#kernel/clock.ts';
import { type Database, openDatabase } from '#kernel/db.ts';
import { createFacts } from '#kernel/facts.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { ledgerDefaults, openLedger } from '#kernel/ledger.ts';
import { createWitness } from '#kernel/ledger-witness.ts';
import { createLive } from '#kernel/live.ts';
import type { Log } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { type MigrationSource, migrate } from '#kernel/migrate.ts';
import type { Kernel, ModuleSource } from '#kernel/module.ts';
import { openFileSigner } from '#kernel/signer.ts';
import { createTasks } from '#kernel/tasks-pg-boss.ts';
import { packedPolicies } from './packed-platform.ts';
import type { PlatformOptions } from './platform-options.ts';
import { rememberValidated } from './validated-policies.ts';

/** The kernel's own tables come before every module's. */
export function migrationsOf(sources: readonly ModuleSource[]): readonly MigrationSource[] {
  const folder = new URL('../kernel/migrations', import.meta.url).pathname;
  return [{ module: 'kernel', folder }, ...sources.map(({ migrations }) => migrations)];
}

/** Permissions and policies of all modules; those that were once found valid are remembered in a file. */
export function policiesOf(sources: readonly ModuleSource[], file: string) {
  const contracts = [kernelContract, ...sources.map(({ contract }) => contract)];
  return {
    declarations: Object.assign({}, ...contracts.map(({ permissions }) => permissions)),
    cedarTexts: sources.flatMap(({ cedar }) => (cedar ? [readFileSync(cedar, 'utf8')] : [])),
    validated: rememberValidated(file, packedPolicies),
  };
}

export type OpenKernel = Kernel & { access: AccessEngine };

type WitnessAddress = { url: string; vkey: string };

/**
 * Opens everything below the modules: database (migrated), keys, ledger, access, blobs, tasks. The witness may
 * still be starting; nothing waits for it before the ledger does.
 */
export async function openKernel(
  options: PlatformOptions,
  uses: {
    db: Database;
    sources: readonly ModuleSource[];
    log: Log;
    witness: WitnessAddress | Promise<WitnessAddress>;
  },
): Promise<OpenKernel> {
  const { db, sources, log } = uses;
  const clock = options.clock ?? systemClock;
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const metrics = createMetrics({ processMetrics: true });
  const migrated = migrate(db, migrationsOf(sources));
  migrated.catch(() => {});
  const contracts = [kernelContract, ...sources.map(({ contract }) => contract)];
  const schemas = Object.assign({}, ...contracts.map(({ facts }) => facts));
  const facts = createFacts({ schemas }, { db, clock, ids, random });
  const signer = await openLogSigner(options.folder, options.origin);
  // Checking the policies holds this thread up for half a second, while the database starts in its own.
  const access = createAccess(policiesOf(sources, join(options.folder, 'policies-validated')), {
    ...{ db, clock, ids, facts, log },
  });
  await migrated;
  const witnesses = [await createWitness({ ...(await uses.witness), timeoutMs: 5_000 })];
  const ledger = await openLedger(ledgerDefaults, {
    db,
    clock,
    signer,
    witnesses,
    facts,
    log,
    metrics,
  });
  const blobs = await openFolderBlobs({ folder: join(options.folder, 'blobs') }, { clock, random });
  const tasks = createTasks({ pollSeconds: 2 }, { db, clock, ids, log, metrics });
  const live = createLive();
  return { clock, ids, random, db, facts, ledger, access, blobs, tasks, live, log, metrics };
}

export function openPlatformDatabase(
  options: Pick<PlatformOptions, 'folder' | 'databaseUrl'>,
  packed: { packed?: URL } = {},
) {
  return openDatabase(
    options.databaseUrl
      ? { engine: 'postgres', url: options.databaseUrl, connectionsMax: 10 }
      : { engine: 'pglite', folder: join(options.folder, 'database'), ...packed },
  );
}

/** The log's key, made at the first start; its name is the log's origin for ever. */
export function openLogSigner(folder: string, origin: string) {
  return openFileSigner({ file: join(folder, 'keys', 'log'), name: origin });
}

export async function prepareFolder(folder: string): Promise<{ isNew: boolean }> {
  const isNew = !existsSync(join(folder, 'keys', 'log'));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { isNew };
}
