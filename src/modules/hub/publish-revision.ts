import { strict as assert } from 'node:assert';
import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { CARD_PATHS, readCard } from './card.ts';
import type { HubOptions } from './config.ts';
import { HEAD_BYTES, isPointerFile, runsCodeWhenLoaded } from './content-marks.ts';
import type { hubContract } from './contract.ts';
import type { Card, RevisionFile } from './entities.ts';
import { hubErrors } from './errors.ts';
import { mediaTypeOf } from './media-types.ts';
import { pathsConflict } from './paths.ts';
import { MAIN, moveRef } from './refs.ts';
import { requireActive } from './repositories.ts';
import { revisionDigestOf } from './revision-digest.ts';
import * as store from './store.ts';
import { readRef } from './store-refs.ts';

type PublishRevision = Handlers<(typeof hubContract)['operations']>['publishRevision'];

type Publication = {
  repositoryId: string;
  files: readonly { path: string; digest: string }[];
  message: string;
  key?: string | undefined;
  /** The latest revision as the publisher saw it; null: there was none. */
  parent?: string | null | undefined;
  /** The branch that is to stand at the revision, wherever it stood; without one, a new revision is the latest. */
  branch?: string;
  /** Files of an earlier revision of the repository, by path: what is unchanged is not looked into again. */
  known?: ReadonlyMap<string, RevisionFile>;
};

export type Publish = (
  publication: Publication,
  call: Call,
) => Promise<{ revision: store.RevisionRow; created: boolean }>;

/** How many files are looked into at once. */
const READS_MAX = 8;

/**
 * Publishes files as a revision, and moves a branch there where one is named. Only objects that were uploaded
 * to this very repository, or published in it before, may be named: knowing a digest gives nobody the bytes behind it.
 * Everything that reads files is done before the transaction; the transaction settles the race with
 * other publishers. Asks no access.
 */
export function createPublish(options: HubOptions, kernel: Kernel): Publish {
  const { db, clock } = kernel;
  const record = createRecord(kernel);

  return async (input, call) => {
    const { repositoryId, branch } = input;
    const files = await describeFiles(options, kernel, input);
    const revisionDigest = await revisionDigestOf(files);
    const card = await cardOf(options, kernel, files);
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);

    return db.transaction(async (tx) => {
      const repository = await store.lockRepository(tx, repositoryId);
      if (!repository) throw kernelErrors.make.missing({ id: repositoryId });
      const byKey = input.key && (await store.readRevisionByKey(tx, repositoryId, input.key));
      if (byKey && byKey.digest !== revisionDigest) {
        throw hubErrors.make.key_used({ key: byKey.request_key });
      }
      const same = await store.readRevision(tx, repositoryId, revisionDigest);
      if (same && branch === undefined) return { revision: same, created: false };
      requireActive(repository);
      const before = await standingOf(tx, repository, branch);
      if (same && before === revisionDigest) return { revision: same, created: false };
      if (input.parent !== undefined && input.parent !== before) {
        throw hubErrors.make.head_moved({ head: before });
      }
      const revision: store.RevisionRow = same ?? {
        repository_id: repositoryId,
        digest: revisionDigest,
        number: repository.revisions_count + 1,
        parent_digest: before,
        message: input.message,
        request_key: input.key ?? null,
        author_id: call.principal.id,
        files_count: files.length,
        size_bytes: sizeBytes,
        cautions_count: files.filter((file) => file.caution !== null).length,
        card,
        published_at: clock.now(),
      };
      if (!same) await store.insertRevision(tx, revision, files);
      const latest = branch === undefined || branch === MAIN;
      await store.updateRepository(tx, {
        ...repository,
        ...(latest ? { head_digest: revisionDigest } : {}),
        revisions_count: same ? repository.revisions_count : revision.number,
        updated_at: clock.now(),
      });
      await store.deleteUploads(tx, repositoryId, [...new Set(files.map((file) => file.digest))]);
      if (!same) await record.published(tx, repository, revision);
      if (branch !== undefined && (same || !latest)) {
        const ref = { kind: 'branch' as const, name: branch, before, after: revisionDigest };
        await moveRef(tx, kernel, repositoryId, { ...ref, message: input.message }, call);
      }
      return { revision, created: !same };
    });
  };
}

/** As the operation: the same files again give the revision that is there, and move nothing. */
export function createPublishRevision(publish: Publish): PublishRevision {
  return async (input, call) => {
    const { revision, created } = await publish(input, call);
    return { revision: store.revisionOf(revision), created };
  };
}

/** Where a branch stands; null: at no revision yet. Throws `hub.revision_missing` for one that is not there. */
async function standingOf(
  tx: Executor,
  repository: store.RepositoryRow,
  branch: string = MAIN,
): Promise<string | null> {
  if (branch === MAIN) return repository.head_digest;
  const ref = await readRef(tx, repository.id, 'branch', branch);
  if (!ref) throw hubErrors.make.revision_missing({ revisionDigest: branch });
  return ref.revision_digest;
}

/** Says that a revision was published, once for each. */
function createRecord({ db, facts, live, metrics }: Kernel) {
  const counter = metrics.counter({
    module: 'hub',
    name: 'revisions_published_total',
    help: 'Revisions published.',
    labels: ['kind'],
  });
  return {
    async published(tx: Executor, { id, kind }: store.RepositoryRow, revision: store.RevisionRow) {
      const { digest: revisionDigest, parent_digest: parentDigest } = revision;
      const body = { repositoryId: id, revisionDigest, parentDigest, kind };
      await facts.append(tx, {
        kind: 'hub.revision_published',
        subject: id,
        actor: revision.author_id,
        body: { ...body, filesCount: revision.files_count, sizeBytes: revision.size_bytes },
      });
      db.afterCommit(tx, () => {
        counter.add({ kind });
        live.publish(`hub.repository/${id}`);
      });
    },
  };
}

/** Checks the paths, finds every object, and looks at the first bytes of each. */
async function describeFiles(
  options: HubOptions,
  { db, blobs }: Kernel,
  input: Publication,
): Promise<RevisionFile[]> {
  const conflict = pathsConflict(input.files.map((file) => file.path));
  if (conflict) throw hubErrors.make.paths_refused(conflict);
  const digests = [...new Set(input.files.map((file) => file.digest))];
  const sizes = await store.sizesOfOwn(db.read, input.repositoryId, digests);
  const absent = input.files.filter((file) => !sizes.has(file.digest)).map((file) => file.path);
  if (absent.length > 0) {
    const paths = absent.slice(0, 10).join(', ') + (absent.length > 10 ? ', …' : '');
    throw hubErrors.make.files_not_uploaded({ paths });
  }
  const files: RevisionFile[] = [];
  let sizeBytesAll = 0;
  for (let start = 0; start < input.files.length; start += READS_MAX) {
    const batch = input.files.slice(start, start + READS_MAX).map(async ({ path, digest }) => {
      const sizeBytes = sizes.get(digest);
      assert(sizeBytes !== undefined);
      sizeBytesAll += sizeBytes;
      const known = input.known?.get(path);
      if (known?.digest === digest) return known;
      const parts: Uint8Array[] = [];
      for await (const part of blobs.get(digest, { end: HEAD_BYTES })) parts.push(part);
      const head = Buffer.concat(parts);
      if (isPointerFile(head)) throw hubErrors.make.pointer_file({ path });
      const caution = runsCodeWhenLoaded(path, head) ? 'runs_code_when_loaded' : null;
      return { path, digest, sizeBytes, mediaType: mediaTypeOf(path), caution } as const;
    });
    files.push(...(await Promise.all(batch)));
  }
  const bytesMax = options.HUB_REVISION_BYTES_MAX;
  if (sizeBytesAll > bytesMax) {
    throw hubErrors.make.revision_too_large({ sizeBytes: sizeBytesAll, bytesMax });
  }
  return files;
}

async function cardOf(
  options: HubOptions,
  { blobs }: Kernel,
  files: readonly RevisionFile[],
): Promise<Card | null> {
  const file = CARD_PATHS.flatMap((path) => files.filter((each) => each.path === path))[0];
  if (!file) return null;
  const text = await blobs.text(file.digest, options.HUB_CARD_BYTES_MAX);
  // PostgreSQL keeps no zero characters in text.
  const { card, problems } = readCard(file.path, text.replaceAll('\u0000', ''));
  if (problems.length > 0) {
    const list = problems.map(({ line, key, problem }) =>
      [line === null ? '' : `line ${line}: `, key && `${key} `, problem].join(''),
    );
    throw hubErrors.make.card_invalid({ path: file.path, problems: list.join('; ') });
  }
  return card;
}
