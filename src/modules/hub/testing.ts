import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAccess } from '#kernel/access-engine.ts';
import { openFolderBlobs } from '#kernel/blobs-folder.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Database } from '#kernel/db.ts';
import { createFacts } from '#kernel/facts.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { createLive } from '#kernel/live.ts';
import { silentLog } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { migrate } from '#kernel/migrate.ts';
import type { Kernel, ModuleSource } from '#kernel/module.ts';
import type { Call, Principal } from '#kernel/principal.ts';
import type { HubOptions } from './config.ts';

/** A real kernel for the hub and what comes after it, but for the ledger and tasks, which stay unused. */
export async function openKernel(db: Database, sources: readonly ModuleSource[]) {
  const kernelFolder = fileURLToPath(new URL('../../kernel/migrations', import.meta.url));
  const folders = [{ module: 'kernel', folder: kernelFolder }];
  await migrate(db, [...folders, ...sources.map((source) => source.migrations)]);
  const folder = await mkdtemp(join(tmpdir(), 'touyan-hub-'));
  const contracts = [kernelContract, ...sources.map((source) => source.contract)];
  const clock = systemClock;
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const schemas = Object.assign({}, ...contracts.map((contract) => contract.facts));
  const facts = createFacts({ schemas }, { db, clock, ids, random });
  const access = createAccess(
    {
      declarations: Object.assign({}, ...contracts.map((contract) => contract.permissions)),
      cedarTexts: sources.flatMap(({ cedar }) => (cedar ? [readFileSync(cedar, 'utf8')] : [])),
    },
    { db, clock, ids, facts },
  );
  const kernel: Kernel = {
    ...{ clock, random, ids, db, facts, access },
    blobs: await openFolderBlobs({ folder }, { clock, random }),
    live: createLive(),
    log: silentLog(),
    metrics: createMetrics({ processMetrics: false }),
    get ledger(): never {
      throw new Error('this kernel has no ledger');
    },
    get tasks(): never {
      throw new Error('this kernel has no tasks');
    },
  };
  return { kernel, close: () => rm(folder, { recursive: true }) };
}

export const testOptions: HubOptions = {
  HUB_FILE_BYTES_MAX: 1_000_000,
  HUB_REVISION_BYTES_MAX: 2_000_000,
  HUB_UPLOADS_BYTES_MAX: 3_000_000,
  HUB_UPLOADS_DAYS: 7,
  HUB_CARD_BYTES_MAX: 10_000,
};

export function callOf(principal: Principal): Call {
  return { principal, requestId: 'r', language: 'zh', signal: new AbortController().signal };
}

export function person(
  id: string,
  organisation: string | null,
  more: Partial<Principal> & { administrator?: boolean } = {},
): Call {
  const { administrator = false, ...rest } = more;
  const role = administrator ? ('administrator' as const) : ('member' as const);
  const memberships = organisation ? [{ organisation, role }] : [];
  return callOf({ id, kind: 'person', name: id, memberships, roles: [], ...rest });
}
