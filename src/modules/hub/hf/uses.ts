import type { DoorRequest } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { HubOptions } from '../config.ts';
import type { hubContract } from '../contract.ts';
import { requireFiles } from '../gate/file-access.ts';
import type { HubParties } from '../owner-names.ts';
import type { Publish } from '../publish-revision.ts';
import { type createRefs, resolveRef } from '../refs.ts';
import type { RepositoryRow } from '../store.ts';
import { readRepositoryNamed } from '../store-refs.ts';
import type { ParkFile } from '../uploads.ts';
import type { HubType } from './names.ts';

/** What the doors of the Hub API work with. */
export type HfUses = {
  options: HubOptions;
  kernel: Kernel;
  parties: HubParties;
  /** The guarded operations: they ask access. */
  handlers: Handlers<(typeof hubContract)['operations']>;
  publish: Publish;
  parkFile: ParkFile;
  refs: ReturnType<typeof createRefs>;
};

export type Right = 'read' | 'write' | 'manage';

/** Scheme and host of the platform as this client knows it. */
export function originOf({ parties }: HfUses, { raw }: DoorRequest): string {
  return `${new URL(parties.address).protocol}//${raw.headers.host ?? new URL(parties.address).host}`;
}

/** The owner whom a namespace names: by id, or by handle. */
export async function ownerNamed({ parties }: HfUses, namespace: string): Promise<string | null> {
  return namespace.startsWith('party_') ? namespace : parties.byHandle(namespace);
}

/**
 * The repository that `namespace/name` names, once the caller has the right to it. Throws `kernel.missing`
 * where there is none of the type that the caller may read, and as access does for other rights.
 */
export async function findRepository(
  uses: HfUses,
  type: HubType,
  { namespace, name }: { namespace: string; name: string },
  right: Right,
  call: Call,
): Promise<RepositoryRow> {
  const { access, db } = uses.kernel;
  const missing = kernelErrors.make.missing({ id: `${namespace}/${name}`.slice(0, 200) });
  const ownerId = await ownerNamed(uses, namespace);
  const row = ownerId && (await readRepositoryNamed(db.read, ownerId, name));
  if (!row || row.kind !== type.kind) throw missing;
  const ref = { type: 'hub.repository', id: row.id };
  const { allowed } = await access.decide(call.principal, 'hub.repository.read', ref);
  if (!allowed) throw missing;
  if (right !== 'read') await access.require(call.principal, `hub.repository.${right}`, ref);
  return row;
}

/** The repository of a door's path, read for the caller. */
export function repositoryOfPath(
  uses: HfUses,
  type: HubType,
  { params }: DoorRequest,
  right: Right,
  call: Call,
): Promise<RepositoryRow> {
  const { namespace = '', name = '' } = params;
  return findRepository(uses, type, { namespace, name }, right, call);
}

/** As `revisionOfPath`, for its files. Throws `hub.access_needed` where they are gated for the caller. */
export async function filesOfPath(
  ...[uses, type, request, call]: Parameters<typeof revisionOfPath>
): ReturnType<typeof revisionOfPath> {
  const repository = await repositoryOfPath(uses, type, request, 'read', call);
  await requireFiles(uses.kernel.access, repository, call.principal);
  return at(uses, repository, request);
}

/** A repository of a door's path with the revision that `:revision` names. */
export async function revisionOfPath(
  uses: HfUses,
  type: HubType,
  request: DoorRequest,
  call: Call,
): Promise<{ repository: RepositoryRow; ref: { repositoryId: string; revisionDigest: string } }> {
  return at(uses, await repositoryOfPath(uses, type, request, 'read', call), request);
}

async function at(uses: HfUses, repository: RepositoryRow, { params }: DoorRequest) {
  const { revision = '' } = params;
  const revisionDigest = await resolveRef(uses.kernel.db.read, repository, revision);
  return { repository, ref: { repositoryId: repository.id, revisionDigest } };
}
