import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeBackup } from '#kernel/backup.ts';
import { databaseUpkeep } from '#kernel/db-upkeep.ts';
import {
  createSubscribers,
  type Subscribers,
  subscribersDefaults,
} from '#kernel/facts-subscribers.ts';
import { lockFolder } from '#kernel/folder-lock.ts';
import { startHttp } from '#kernel/http.ts';
import { createKernelModule } from '#kernel/kernel-module.ts';
import { createLog } from '#kernel/log.ts';
import type { Module } from '#kernel/module.ts';
import { describeApi } from '#kernel/openapi.ts';
import { type Supervisor, superviseServices } from '#kernel/supervisor.ts';
import { contracts } from './contracts.ts';
import { openKernel, openLogSigner, openPlatformDatabase, prepareFolder } from './open-kernel.ts';
import { packedPlatform } from './packed-platform.ts';
import { isLoopback, type PlatformOptions } from './platform-options.ts';
import { startWitnessProcess } from './witness-process.ts';

/** What belongs into a backup beside the database. The witness keeps its own. */
export const backupParts = ['blobs/sha256', 'keys', 'operator-key'];

export const version = '0.1.0';

const STOP_MILLISECONDS_MAX = 15_000;
/** What `npm run build` makes. */
const pages = {
  portal: new URL('../../dist/web/', import.meta.url),
  verifier: new URL('../../dist/verify/', import.meta.url),
};

export type Platform = Awaited<ReturnType<typeof startPlatform>>;

/**
 * Starts a whole platform and resolves once it answers. It refuses to listen beyond this machine on PGlite,
 * which does not survive the loss of power, or with the one-click personas.
 */
export async function startPlatform(options: PlatformOptions) {
  refuseUnsafe(options);
  const log = createLog(options.log);
  const { isNew } = await prepareFolder(options.folder);
  const unlock = await lockFolder(options.folder);
  try {
    const signer = await openLogSigner(options.folder, options.origin);
    const { folder } = options;
    const starting = options.witness
      ? null
      : startWitnessProcess({ folder, logKey: signer.vkey, log });
    // Its end is awaited further on; should the kernel fail first, that is what is told.
    starting?.catch(() => {});
    const address = options.witness ?? starting;
    assert(address);
    // The database on board starts in a thread of its own while the modules are loaded in this one.
    const db = openPlatformDatabase(options, isNew && !options.databaseUrl ? packedPlatform() : {});
    const { compose, sources } = await import('./compose.ts');
    const kernel = await openKernel(options, { db, sources, log, witness: address });
    const [local, witness] = [await starting, await address];
    const { modules, parties, compute } = await compose(options, kernel);
    const all: readonly Module[] = [
      createKernelModule(
        {
          version,
          demonstration: options.demonstration,
          describeApi: () => describeApi(Object.values(contracts), version),
          failing: () => supervisor.failing(),
          writeBackup: () => backUp(options, kernel.db),
        },
        { ...kernel, subscribers: () => subscribers },
      ),
      ...modules,
    ];
    const subscribers: Subscribers = createSubscribers(
      subscribersDefaults,
      all.flatMap(({ subscriptions }) => subscriptions),
      kernel,
    );
    const operator = await parties.ensureOperator({ folder: options.folder });
    const http = await startHttp(
      {
        host: options.host,
        port: options.port,
        bodyBytesMax: 1024 * 1024,
        requestMilliseconds: 600_000,
        pages: existsSync(pages.portal) && existsSync(pages.verifier) ? pages : null,
      },
      {
        ...{ ...kernel, modules: all, authenticate: parties.authenticate },
        authenticateLeased: parties.authenticateLeased,
      },
    );
    const supervisor: Supervisor = superviseServices(
      [
        subscribers.service,
        kernel.tasks.service,
        databaseUpkeep(kernel.db),
        ...all.flatMap(({ services }) => services),
        ...(local ? [local.service] : []),
      ],
      kernel,
    );
    return {
      address: http.address,
      doors: http.doors,
      kernel,
      subscribers,
      operator,
      compute,
      isNew,
      witness: { url: witness.url, vkey: witness.vkey },
      async stop() {
        await http.close();
        await supervisor.stop(STOP_MILLISECONDS_MAX);
        await kernel.db.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

function refuseUnsafe({ host, databaseUrl, demonstration }: PlatformOptions): void {
  if (isLoopback(host)) return;
  if (!databaseUrl) {
    throw new Error(
      `To listen on ${host} the platform needs PostgreSQL: set DATABASE_URL. The database on board keeps
what it acknowledged through a crash of the process, not through a loss of power.`,
    );
  }
  if (demonstration) throw new Error('A demonstration listens on loopback only: leave out --host.');
}

async function backUp(options: PlatformOptions, db: Parameters<typeof writeBackup>[2]) {
  const name = new Date().toISOString().replaceAll(':', '-').slice(0, 23);
  const file = join(options.folder, 'backups', `${name}.tar.gz`);
  const { tables } = await writeBackup(
    file,
    { version, folder: options.folder, parts: backupParts },
    db,
  );
  return { file, tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
}
