import { strict as assert } from 'node:assert';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { CARD_PATHS, readCard } from './card.ts';
import type { HubOptions } from './config.ts';
import { HEAD_BYTES, isPointerFile, runsCodeWhenLoaded } from './content-marks.ts';
import type { hubContract } from './contract.ts';
import type { Card, RevisionFile } from './entities.ts';
import { hubErrors } from './errors.ts';
import { mediaTypeOf } from './media-types.ts';
import { pathsConflict } from './paths.ts';
import { requireActive } from './repositories.ts';
import { revisionDigestOf } from './revision-digest.ts';
import * as store from './store.ts';

type Publish = Handlers<(typeof hubContract)['operations']>['publishRevision'];
type PublishInput = Parameters<Publish>[0];

/** How many files are looked into at once. */
const READS_MAX = 8;

/**
 * Publishes files as a revision. Only objects that were uploaded to this very repository, or published in
 * it before, may be named: knowing a digest gives nobody the bytes behind it. Everything that reads
 * files is done before the transaction; the transaction settles the race with other publishers.
 */
export function createPublishRevision(options: HubOptions, kernel: Kernel): Publish {
  const { db, facts, clock, live } = kernel;
  const published = kernel.metrics.counter({
    module: 'hub',
    name: 'revisions_published_total',
    help: 'Revisions published.',
    labels: ['kind'],
  });

  return async (input, call) => {
    const { repositoryId } = input;
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
      if (same) return { revision: store.revisionOf(same), created: false };
      requireActive(repository);
      if (input.parent !== undefined && input.parent !== repository.head_digest) {
        throw hubErrors.make.head_moved({ head: repository.head_digest });
      }
      const row: store.RevisionRow = {
        repository_id: repositoryId,
        digest: revisionDigest,
        number: repository.revisions_count + 1,
        parent_digest: repository.head_digest,
        message: input.message,
        request_key: input.key ?? null,
        author_id: call.principal.id,
        files_count: files.length,
        size_bytes: sizeBytes,
        cautions_count: files.filter((file) => file.caution !== null).length,
        card,
        published_at: clock.now(),
      };
      await store.insertRevision(tx, row, files);
      await store.updateRepository(tx, {
        ...repository,
        head_digest: revisionDigest,
        revisions_count: row.number,
        updated_at: row.published_at,
      });
      await store.deleteUploads(tx, repositoryId, [...new Set(files.map((file) => file.digest))]);
      const { kind } = repository;
      const body = { repositoryId, revisionDigest, parentDigest: row.parent_digest, kind };
      await facts.append(tx, {
        kind: 'hub.revision_published',
        subject: repositoryId,
        actor: call.principal.id,
        body: { ...body, filesCount: files.length, sizeBytes },
      });
      db.afterCommit(tx, () => {
        published.add({ kind });
        live.publish(`hub.repository/${repositoryId}`);
      });
      return { revision: store.revisionOf(row), created: true };
    });
  };
}

/** Checks the paths, finds every object, and looks at the first bytes of each. */
async function describeFiles(
  options: HubOptions,
  { db, blobs }: Kernel,
  input: PublishInput,
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
