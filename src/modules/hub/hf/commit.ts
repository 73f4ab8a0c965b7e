import type { Door } from '#kernel/door.ts';
import { Failure, kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import type { RevisionFile } from '../entities.ts';
import { hubErrors } from '../errors.ts';
import { addressOf } from '../owner-names.ts';
import { EMPTY_DIGEST, MAIN, resolveRef } from '../refs.ts';
import * as store from '../store.ts';
import { type CommitLine, readCommitLines } from './commit-lines.ts';
import { commitOf, type HubType } from './names.ts';
import { jsonReply } from './reply.ts';
import { type HfUses, originOf, repositoryOfPath } from './uses.ts';

const OPERATIONS_MAX = 20_000;
const FILES_MAX = 10_000;
/** How often a commit that names no parent is laid upon a branch which moved meanwhile. */
const ATTEMPTS_MAX = 5;

type Parked = { digest: string; sizeBytes: number };
type Change = Exclude<CommitLine<Parked>, { key: 'header' }>;
type Header = Extract<CommitLine<Parked>, { key: 'header' }>['value'];

/**
 * `POST /api/models/{owner}/{name}/commit/{branch}`: files added, replaced and deleted in one step, as
 * newline-delimited JSON. Contents go to the blobs as they come in; what is not committed in the end is
 * an upload like any other, and forgotten.
 */
export function commitDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  return {
    async handle(request, call) {
      const repository = await repositoryOfPath(uses, type, request, 'write', call);
      if (request.query.has('create_pr')) {
        throw hubErrors.make.commit_unfit({
          problem: 'there are no pull requests here; commit to a branch',
        });
      }
      const branch = branchNamed(request.params.revision ?? '');
      await resolveRef(uses.kernel.db.read, repository, `refs/heads/${branch}`);
      const bytesMax = uses.options.HUB_REGULAR_UPLOAD_BYTES_MAX;
      const { header, changes } = await readCommit(request.raw, (source) =>
        uses.parkFile({ repositoryId: repository.id, source, bytesMax, by: call.principal.id }),
      );
      const digest = await commit(uses, repository, { branch, header, changes }, call);
      const oid = commitOf(digest);
      const address = `${type.prefix}${await addressOf(uses.parties, repository)}`;
      return jsonReply({
        success: true,
        commitOid: oid,
        commitUrl: `${originOf(uses, request)}/${address}/commit/${oid}`,
        hookOutput: '',
      });
    },
  };
}

const branchNamed = (revision: string) =>
  /^(head)?$/i.test(revision) ? MAIN : revision.replace(/^refs\/heads\//, '');

async function readCommit(
  raw: AsyncIterable<Uint8Array>,
  park: (content: AsyncIterable<Uint8Array>) => Promise<Parked>,
): Promise<{ header: Header; changes: Change[] }> {
  let header: Header | null = null;
  const changes: Change[] = [];
  for await (const line of readCommitLines(raw, park)) {
    if (line.key === 'header') {
      if (header) throw hubErrors.make.commit_unfit({ problem: 'it has two headers' });
      header = line.value;
    } else {
      changes.push(line);
    }
    if (changes.length > OPERATIONS_MAX) {
      throw hubErrors.make.commit_unfit({ problem: `it has over ${OPERATIONS_MAX} operations` });
    }
  }
  if (!header) throw hubErrors.make.commit_unfit({ problem: 'it has no header' });
  return { header, changes };
}

type Commit = { branch: string; header: Header; changes: readonly Change[] };

/**
 * Lays changes upon a branch and gives the digest of its revision then. The same changes again give the
 * same revision. Throws `hub.head_moved` where the branch is not at the parent that the commit names.
 */
async function commit(
  uses: HfUses,
  repository: store.RepositoryRow,
  { branch, header, changes }: Commit,
  call: Call,
): Promise<string> {
  const { db } = uses.kernel;
  const repositoryId = repository.id;
  const message = [header.summary, header.description ?? ''].filter(Boolean).join('\n\n');
  for (let attempt = 1; ; attempt += 1) {
    const current = await store.readRepository(db.read, repositoryId);
    if (!current) throw kernelErrors.make.missing({ id: repositoryId });
    const revisionDigest = await resolveRef(db.read, current, `refs/heads/${branch}`);
    const before = await store.allFiles(db.read, { repositoryId, revisionDigest });
    const known = new Map(before.map((file) => [file.path, file]));
    const files = applyChanges(before, changes);
    if (revisionDigest === EMPTY_DIGEST && files.length === 0) return EMPTY_DIGEST;
    const { parentCommit } = header;
    if (parentCommit && !revisionDigest.startsWith(`sha256:${parentCommit}`)) {
      // A commit that is sent again finds its own work; anything else came too late.
      if (isSame(before, files)) return revisionDigest;
      throw hubErrors.make.head_moved({ head: commitOf(revisionDigest) });
    }
    const there = await store.readRevision(db.read, repositoryId, revisionDigest);
    const publication = {
      repositoryId,
      files,
      branch,
      known,
      parent: there ? revisionDigest : null,
    };
    try {
      const { revision } = await uses.publish(
        { ...publication, message: message.slice(0, 500) },
        call,
      );
      return revision.digest;
    } catch (error) {
      const moved = error instanceof Failure && error.code === 'hub.head_moved';
      if (!moved || parentCommit || attempt >= ATTEMPTS_MAX) throw error;
    }
  }
}

type Named = { path: string; digest: string };

function applyChanges(before: readonly RevisionFile[], changes: readonly Change[]): Named[] {
  const files = new Map<string, string>(before.map(({ path, digest }) => [path, digest]));
  for (const change of changes) {
    if (change.key === 'file') files.set(change.value.path, change.value.stored.digest);
    else if (change.key === 'lfsFile') files.set(change.value.path, `sha256:${change.value.oid}`);
    else deleteFrom(files, change);
  }
  if (files.size > FILES_MAX) {
    throw hubErrors.make.commit_unfit({ problem: `a revision holds ${FILES_MAX} files` });
  }
  return [...files].map(([path, digest]) => ({ path, digest }));
}

function deleteFrom(
  files: Map<string, string>,
  { key, value: { path } }: Extract<Change, { key: 'deletedFile' | 'deletedFolder' }>,
): void {
  if (key === 'deletedFile') {
    if (!files.delete(path)) throw hubErrors.make.file_missing({ path });
    return;
  }
  const folder = path.replace(/^\.?\/?|\/+$/g, '');
  const inside = [...files.keys()].filter((each) => folder === '' || each.startsWith(`${folder}/`));
  if (inside.length === 0) throw hubErrors.make.file_missing({ path });
  for (const each of inside) files.delete(each);
}

function isSame(before: readonly Named[], after: readonly Named[]): boolean {
  const digests = new Map(before.map(({ path, digest }) => [path, digest]));
  return (
    before.length === after.length &&
    after.every(({ path, digest }) => digests.get(path) === digest)
  );
}
