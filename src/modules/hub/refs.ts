import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { hubErrors } from './errors.ts';
import { requireActive } from './repositories.ts';
import * as store from './store.ts';
import {
  deleteRef,
  findRevisionDigest,
  listRefs,
  type RefKind,
  type RefRow,
  readRef,
  upsertRef,
} from './store-refs.ts';

/** The branch that is the latest revision of every repository. */
export const MAIN = 'main';

const REFS_MAX = 1_000;

/** What a repository holds before anything is published: the revision of no files, `{"files":[]}`. */
export const EMPTY_DIGEST =
  'sha256:602e35a92eec4bc0a2ec6ae113f07bfc6933322fb69fe8dee416e5a67217e2a2';

/**
 * What is wrong with the name of a branch or tag, or null: the rules of `git check-ref-format`
 * (https://git-scm.com/docs/git-check-ref-format) for ASCII, and nothing that reads as a digest.
 */
export function refNameProblem(name: string): string | null {
  if (!/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,99}$/.test(name)) {
    return 'up to 100 letters, digits and . _ / + - are allowed, a letter or digit first';
  }
  if (/\.\.|\/\/|\/\.|\.\/|\/$|\.$|\.lock$/.test(name)) return 'its steps are not those of git';
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64}|head|refs\/.*)$/i.test(name)) {
    return 'it reads as a commit or as a name of git';
  }
  return null;
}

type RefMove = {
  kind: RefKind;
  name: string;
  before: string | null;
  after: string | null;
  message: string;
};

/** Sets a branch or tag to a revision, and records it. `main` has no row: the repository keeps it. */
export async function moveRef(
  tx: Executor,
  { clock, facts, db, live }: Kernel,
  repositoryId: string,
  { kind, name, before, after, message }: RefMove,
  call: Call,
): Promise<void> {
  if (name !== MAIN || kind !== 'branch') {
    const row = { repository_id: repositoryId, kind, name, revision_digest: after, message };
    await upsertRef(tx, { ...row, set_by: call.principal.id, set_at: clock.now() });
  }
  await recordMove(tx, facts, repositoryId, { kind, name, before, after }, call);
  db.afterCommit(tx, () => live.publish(`hub.repository/${repositoryId}`));
}

async function recordMove(
  tx: Executor,
  facts: Kernel['facts'],
  repositoryId: string,
  { kind, name, before, after }: Omit<RefMove, 'message'>,
  call: Call,
): Promise<void> {
  const nameDigest = await textDigest(name);
  const body = { repositoryId, refKind: kind, nameDigest, beforeDigest: before };
  await facts.append(tx, {
    kind: 'hub.ref_moved',
    subject: repositoryId,
    actor: call.principal.id,
    body: { ...body, afterDigest: after },
  });
}

/**
 * The revision that a text names in a repository: `main`, `head` or nothing for the latest, a digest with or
 * without `sha256:`, the first 40 hexadecimal digits of one (as long as a commit of git), a branch, a
 * tag, `refs/heads/…`, `refs/tags/…`. Throws `hub.revision_missing`.
 */
export async function resolveRef(
  db: Executor,
  repository: store.RepositoryRow,
  text: string,
): Promise<string> {
  const latest = repository.head_digest ?? EMPTY_DIGEST;
  const [, hex] = /^(?:sha256:)?([0-9a-f]{64}|[0-9a-f]{40})$/.exec(text) ?? [];
  if (hex !== undefined) {
    const found = await findRevisionDigest(db, repository.id, `sha256:${hex}`);
    if (found) return found;
    if (EMPTY_DIGEST.startsWith(`sha256:${hex}`)) return EMPTY_DIGEST;
    throw hubErrors.make.revision_missing({ revisionDigest: text });
  }
  const [, place, short] = /^(?:refs\/(heads|tags)\/)?(.*)$/s.exec(text) ?? [];
  const name = short ?? '';
  if (place !== 'tags' && (name === MAIN || /^(head)?$/i.test(name))) return latest;
  const kinds: RefKind[] =
    place === 'heads' ? ['branch'] : place === 'tags' ? ['tag'] : ['branch', 'tag'];
  for (const kind of kinds) {
    const ref = await readRef(db, repository.id, kind, name);
    if (ref) return ref.revision_digest ?? EMPTY_DIGEST;
  }
  throw hubErrors.make.revision_missing({ revisionDigest: text.slice(0, 100) });
}

type NewRef = {
  kind: RefKind;
  name: string;
  /** As `resolveRef` takes it. */
  at: string;
  message: string;
  overwrite: boolean;
};

/** Creating and deleting branches and tags of a repository. They ask no access. */
export function createRefs(kernel: Kernel) {
  const { db, facts, live } = kernel;
  const locked = async (tx: Executor, repositoryId: string) => {
    const repository = await store.lockRepository(tx, repositoryId);
    if (!repository) throw kernelErrors.make.missing({ id: repositoryId });
    requireActive(repository);
    return repository;
  };
  return {
    /** Throws `hub.ref_unfit`, `hub.ref_taken`, `hub.refs_full`, `hub.revision_missing`. */
    create: (repositoryId: string, { kind, name, at, message, overwrite }: NewRef, call: Call) =>
      db.transaction(async (tx) => {
        const problem = refNameProblem(name);
        if (problem) throw hubErrors.make.ref_unfit({ name: name.slice(0, 100), problem });
        const repository = await locked(tx, repositoryId);
        const target = await resolveRef(tx, repository, at);
        const there = await readRef(tx, repositoryId, kind, name);
        const isMain = kind === 'branch' && name === MAIN;
        if (isMain || (there && !overwrite)) throw hubErrors.make.ref_taken({ kind, name });
        const others = await listRefs(tx, repositoryId, REFS_MAX);
        if (!there && others.length >= REFS_MAX) {
          throw hubErrors.make.refs_full({ refsMax: REFS_MAX });
        }
        const after = (await store.readRevision(tx, repositoryId, target)) ? target : null;
        const before = there?.revision_digest ?? null;
        await moveRef(tx, kernel, repositoryId, { kind, name, before, after, message }, call);
      }),

    /** Throws `hub.ref_missing`, and `hub.ref_unfit` for the branch main, which always is. */
    remove: (repositoryId: string, kind: RefKind, name: string, call: Call) =>
      db.transaction(async (tx) => {
        await locked(tx, repositoryId);
        if (kind === 'branch' && name === MAIN) {
          throw hubErrors.make.ref_unfit({ name, problem: 'the latest revision keeps its name' });
        }
        const ref = await readRef(tx, repositoryId, kind, name);
        if (!ref) throw hubErrors.make.ref_missing({ kind, name: name.slice(0, 100) });
        await deleteRef(tx, repositoryId, kind, name);
        const move = { kind, name, before: ref.revision_digest, after: null };
        await recordMove(tx, facts, repositoryId, move, call);
        db.afterCommit(tx, () => live.publish(`hub.repository/${repositoryId}`));
      }),

    list: (repositoryId: string): Promise<RefRow[]> => listRefs(db.read, repositoryId, REFS_MAX),
  };
}
