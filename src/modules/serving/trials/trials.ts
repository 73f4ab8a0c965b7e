import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { Hub } from '#modules/hub';
import { textDigest } from '#verify/crypto.ts';
import type { ServingOptions } from '../config.ts';
import type { servingContract } from '../contract.ts';
import { servingErrors } from '../errors.ts';
import type { ModelRunners } from '../models/model-runners.ts';
import type { Remotes } from '../remotes/remotes.ts';
import { findServedFiles } from './served-files.ts';
import type { TrialCalls } from './trial-calls.ts';
import * as store from './trial-store.ts';
import { trialDetailOf, trialOf } from './trial-view.ts';

type ServingHandlers = Handlers<(typeof servingContract)['operations']>;
type TrialHandlers = Pick<
  ServingHandlers,
  'createTrial' | 'listTrials' | 'getTrial' | 'endTrial' | 'listTrialUsage'
>;

export type TrialHub = Pick<Hub, 'readRevision' | 'inspectionsOf'> & {
  handlers: Pick<Hub['handlers'], 'getRepository' | 'getRevision'>;
};

type Uses = {
  kernel: Kernel;
  hub: TrialHub;
  runners: ModelRunners;
  remotes: Pick<Remotes, 'servers'>;
  calls: Pick<TrialCalls, 'forget'>;
};

const READ = 'hub.repository.read';
const WRITE = 'hub.repository.write';

/** Making, ending and reading trials. Who may read or write the repository may read or end its trials. */
export function trialHandlers(options: ServingOptions, uses: Uses): TrialHandlers {
  const { kernel, runners } = uses;
  const { db, access } = kernel;
  const refOf = (row: store.TrialRow) => ({ type: 'hub.repository', id: row.repository_id });
  const existing = async (trialId: string, permission: string, { principal }: Call) => {
    const row = await store.readTrial(db.read, trialId);
    if (!row) throw kernelErrors.make.missing({ id: trialId });
    await access.require(principal, permission, refOf(row));
    return row;
  };
  return {
    createTrial: (input, call) => createTrial(input, options, uses, call),
    async listTrials({ cursor, limit, ...wanted }, { principal }) {
      const visible = access.visible(principal, READ, store.trialRepositoryColumn);
      const page = { before: decodeCursor(cursor)?.id ?? null, limit: limit + 1 };
      const { rows, total } = await store.listTrials(db.read, { ...wanted, visible }, page);
      const { items, nextCursor } = toPage(rows, limit, ({ id }) => ({ key: id, id }));
      return { items: items.map(trialOf), total, nextCursor };
    },
    async getTrial({ trialId }, call) {
      const row = await existing(trialId, READ, call);
      const { allowed } = await access.decide(call.principal, WRITE, refOf(row));
      const runner = runners.known(row.id)?.state() ?? { state: 'asleep', problem: null };
      const live = runners.live(row);
      return trialDetailOf(
        row,
        { ...runner, live },
        await store.sumUsage(db.read, row.id),
        allowed,
      );
    },
    async endTrial({ trialId, reason }, call) {
      await existing(trialId, READ, call);
      const row = await existing(trialId, WRITE, call);
      await endTrial(row, reason, uses, call);
      return trialOf(await existing(trialId, READ, call));
    },
    async listTrialUsage({ trialId, cursor, limit }, call) {
      await existing(trialId, READ, call);
      await existing(trialId, WRITE, call);
      const page = { before: usageCursor(cursor), limit: limit + 1 };
      const { rows, total } = await store.listUsage(db.read, trialId, page);
      const { items, nextCursor } = toPage(rows, limit, ({ minute, caller_id: id }) => {
        return { key: minute.toISOString(), id };
      });
      const views = items.map(({ caller_id: callerId, minute, calls, ...row }) => {
        const tokens = {
          ...{ tokensIn: row.tokens_in, tokensOut: row.tokens_out },
          tokensEstimated: row.tokens_estimated,
        };
        return { callerId, minute: minute.toISOString(), calls, rows: row.rows, ...tokens };
      });
      return { items: views, total, nextCursor };
    },
  };
}

function usageCursor(text: string | undefined) {
  const cursor = decodeCursor(text);
  if (!cursor) return null;
  const minute = new Date(cursor.key);
  if (Number.isNaN(minute.getTime()) || cursor.id.includes('\u0000')) {
    throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
  }
  return { minute, callerId: cursor.id };
}

/**
 * Puts a model of a repository on trial, and begins to load it. The same model of the same revision is the trial that it has.
 * Throws `kernel.denied`, `hub.revision_missing`, `serving.not_a_model`, `serving.not_a_task`, `serving.trials_many`,
 * `serving.remote_not_allowed`.
 */
async function createTrial(
  input: Parameters<TrialHandlers['createTrial']>[0],
  options: ServingOptions,
  uses: Uses,
  call: Call,
) {
  const { kernel, hub, runners } = uses;
  const { db, ids, clock, access, facts, live } = kernel;
  const { repositoryId, path } = input;
  await access.require(call.principal, WRITE, { type: 'hub.repository', id: repositoryId });
  const { revisionDigest, number } = await revisionOf(input, hub, call);
  const revision = await hub.readRevision({ repositoryId, revisionDigest }, call);
  const { runtime, task, remote, files, sizeBytes } = await findServedFiles(revision.files, path, {
    ...{ blobs: kernel.blobs, inspectionsOf: hub.inspectionsOf },
    bytesMax: options.SERVING_MODEL_BYTES_MAX,
  });
  // Refused here already, and again with each call: the operator may change the list.
  if (remote) await uses.remotes.servers.find(remote.url, revision.ownerId);
  const trialId = await db.transaction(async (tx) => {
    const held = await store.openTrialOf(tx, { repositoryId, revisionDigest, path });
    if (held) return held;
    const count = await store.countOpenTrials(tx, revision.ownerId);
    if (count >= options.SERVING_TRIALS_MAX) throw servingErrors.make.trials_many({ count });
    const row = {
      ...{ id: ids('trial'), repository_id: repositoryId, owner_id: revision.ownerId },
      ...{ revision_digest: revisionDigest, revision_number: number, path },
      ...{ runtime, task, remote },
      ...{ name: input.name ?? path.slice(0, 200), size_bytes: sizeBytes },
      ...{ batch_max: input.batchMax, delay_ms: input.delayMs },
      ...{ created_by: call.principal.id, created_at: clock.now() },
    };
    const id = await store.insertTrial(tx, row, files);
    if (id === null) return store.openTrialOf(tx, { repositoryId, revisionDigest, path });
    // As a deployment, so that whoever may stop those may stop it. Who may read it, the repository says.
    await access.register(tx, {
      ...{ type: 'serving.deployment', id, owner: revision.ownerId, audience: 'owner' },
    });
    await facts.append(tx, {
      ...{ kind: 'serving.trial_created', subject: id, actor: call.principal.id },
      body: {
        ...{ trialId: id, ownerId: revision.ownerId, repositoryId, revisionDigest },
        modelDigest: files[0]?.digest ?? '',
      },
    });
    db.afterCommit(tx, () => {
      live.publish('serving.deployment');
      uses.calls.forget();
    });
    return id;
  });
  const row = trialId === null ? null : await store.readTrial(db.read, trialId);
  if (!row) throw kernelErrors.make.unavailable();
  // Whether it loads shows on its page; who calls it is told as well.
  if (row.state === 'open')
    runners
      .of(row)
      .ports()
      .catch(() => {});
  return trialOf(row);
}

async function revisionOf(
  { repositoryId, revisionDigest }: { repositoryId: string; revisionDigest?: string | undefined },
  { handlers }: Uses['hub'],
  call: Call,
): Promise<{ revisionDigest: string; number: number }> {
  if (revisionDigest !== undefined) {
    return handlers.getRevision({ repositoryId, revisionDigest }, call);
  }
  const { head } = await handlers.getRepository({ repositoryId }, call);
  if (head) return head;
  throw servingErrors.make.not_a_model({ path: '', problem: 'the repository has no revision yet' });
}

async function endTrial(row: store.TrialRow, reason: string, uses: Uses, call: Call) {
  const { kernel, runners, calls } = uses;
  const { db, clock, facts, live } = kernel;
  const { id, repository_id: repositoryId } = row;
  await db.transaction(async (tx) => {
    if (!(await store.endTrial(tx, id, { reason, at: clock.now() }))) return;
    await facts.append(tx, {
      ...{ kind: 'serving.trial_ended', subject: id, actor: call.principal.id },
      body: { trialId: id, repositoryId, reasonDigest: await textDigest(reason) },
    });
    db.afterCommit(tx, () => {
      live.publish('serving.deployment');
      calls.forget();
      runners
        .close(id, servingErrors.make.trial_ended())
        .catch((error: unknown) => kernel.log.error({ error }, 'a model could not be ended'));
    });
  });
}
