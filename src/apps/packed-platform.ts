import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { packedCluster } from '#kernel/db-pglite-cluster.ts';

/**
 * What every first start would do alike, done once when the package is built (build-platform.ts): the database with
 * its migrations applied, and the digest of the policies that were found valid.
 */
const source = fileURLToPath(new URL('..', import.meta.url));

/** Where the database with the migrations of this very source is packed, or would be. */
export function packedPlatformFile(): URL {
  const hash = createHash('sha256');
  for (const file of globSync('{kernel,modules/*}/migrations/*.sql', { cwd: source }).sort()) {
    hash.update(`${file}\0`).update(readFileSync(`${source}/${file}`));
  }
  return new URL(`platform-${hash.digest('hex').slice(0, 16)}.tar.gz`, packedCluster);
}

export const packedPolicies = fileURLToPath(new URL('policies-validated', packedCluster));

/** Nothing where the migrations have changed since the build: they are then applied at the start. */
export function packedPlatform(): { packed?: URL } {
  const packed = packedPlatformFile();
  return existsSync(packed) ? { packed } : {};
}
