import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import type { ServingOptions } from '../config.ts';
import type { servingContract } from '../contract.ts';
import { servingErrors } from '../errors.ts';
import type { ModelRunners } from '../models/model-runners.ts';
import type { TrialCalls } from '../trials/trial-calls.ts';
import { readTrial } from '../trials/trial-store.ts';
import { changeTraffic } from './change-traffic.ts';
import { checkTraffic } from './check-traffic.ts';
import type { EndpointNames } from './endpoint-names.ts';
import * as store from './endpoint-store.ts';
import {
  endpointDetailOf,
  endpointOf,
  sameTerms,
  termsOf,
  trafficChangeOf,
} from './endpoint-view.ts';
import { scaleTrial } from './scale-trial.ts';
import type { TrafficTally } from './traffic-counts.ts';

type ServingHandlers = Handlers<(typeof servingContract)['operations']>;
type EndpointHandlers = Pick<
  ServingHandlers,
  | 'createEndpoint'
  | 'listEndpoints'
  | 'getEndpoint'
  | 'setTraffic'
  | 'rollBackTraffic'
  | 'listTrafficChanges'
  | 'endEndpoint'
  | 'scaleTrial'
>;

export type EndpointUses = {
  kernel: Kernel;
  runners: ModelRunners;
  names: EndpointNames;
  tally: TrafficTally;
  calls: Pick<TrialCalls, 'forget'>;
};

const READ = 'hub.repository.read';
const WRITE = 'hub.repository.write';

/** Making, changing, ending and reading endpoints. Who may read or write the repository may read or change its endpoints. */
export function endpointHandlers(options: ServingOptions, uses: EndpointUses): EndpointHandlers {
  const { kernel, runners, names, tally } = uses;
  const { db, access } = kernel;
  const refOf = (row: store.EndpointRow) => ({ type: 'hub.repository', id: row.repository_id });
  const existing = async (endpointId: string, permission: string, { principal }: Call) => {
    const row = await store.readEndpoint(db.read, endpointId);
    if (!row) throw kernelErrors.make.missing({ id: endpointId });
    await access.require(principal, permission, refOf(row));
    return row;
  };
  const writable = async (endpointId: string, call: Call) => {
    await existing(endpointId, READ, call);
    return existing(endpointId, WRITE, call);
  };
  const shown = async (endpointId: string, call: Call) =>
    endpointOf(await existing(endpointId, READ, call));
  return {
    createEndpoint: (input, call) => createEndpoint(input, options, uses, call),
    async listEndpoints({ cursor, limit, ...wanted }, { principal }) {
      const visible = access.visible(principal, READ, store.endpointRepositoryColumn);
      const page = { before: decodeCursor(cursor)?.id ?? null, limit: limit + 1 };
      const { rows, total } = await store.listEndpoints(db.read, { ...wanted, visible }, page);
      const { items, nextCursor } = toPage(rows, limit, ({ id }) => ({ key: id, id }));
      return { items: items.map(endpointOf), total, nextCursor };
    },
    async getEndpoint({ endpointId }, call) {
      const row = await existing(endpointId, READ, call);
      const known = await names.find(endpointId);
      if (!known) throw kernelErrors.make.missing({ id: endpointId });
      const { allowed: mayWrite } = await access.decide(call.principal, WRITE, refOf(row));
      const { before } = known.row;
      return endpointDetailOf(known, {
        counts: tally.view(known.row),
        before: before === null ? null : await store.readTraffic(db.read, endpointId, before),
        liveOf: runners.live,
        mayWrite,
      });
    },
    async setTraffic({ endpointId, version, traffic, reason }, call) {
      const row = await writable(endpointId, call);
      if (row.state === 'ended') throw servingErrors.make.endpoint_ended();
      const { repository_id: repositoryId, primary_trial: before } = row;
      const primary = await checkTraffic(
        traffic,
        { repositoryId, before },
        { db: db.read, runners },
      );
      await changeTraffic({ endpointId, version, reason, to: traffic }, uses, call);
      // The new primary is not first loaded by a caller.
      runners
        .of(primary)
        .wake()
        .catch(() => {});
      return shown(endpointId, call);
    },
    async rollBackTraffic({ endpointId, version, reason }, call) {
      await writable(endpointId, call);
      await changeTraffic({ endpointId, version, reason, to: 'before' }, uses, call);
      return shown(endpointId, call);
    },
    async listTrafficChanges({ endpointId, cursor, limit }, call) {
      await existing(endpointId, READ, call);
      const page = { before: versionCursor(cursor), limit: limit + 1 };
      const { rows, total } = await store.listTraffic(db.read, endpointId, page);
      const { items, nextCursor } = toPage(rows, limit, ({ version }) => {
        return { key: String(version), id: endpointId };
      });
      return { items: items.map(trafficChangeOf), total, nextCursor };
    },
    async endEndpoint({ endpointId, reason }, call) {
      await endEndpoint(await writable(endpointId, call), reason, uses, call);
      return shown(endpointId, call);
    },
    scaleTrial: (input, call) => scaleTrial(input, options, uses, call),
  };
}

function versionCursor(text: string | undefined): number | null {
  const cursor = decodeCursor(text);
  if (!cursor) return null;
  if (/^\d{1,9}$/.test(cursor.key)) return Number(cursor.key);
  throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
}

/**
 * Names the calls of a repository. Asked for again with the same name and traffic it gives what it made. Throws `kernel.denied`,
 * `serving.traffic_refused`, `endpoint_name_taken`, `endpoints_many`, and what loading a model does.
 */
async function createEndpoint(
  { repositoryId, name, traffic }: Parameters<EndpointHandlers['createEndpoint']>[0],
  options: ServingOptions,
  { kernel, runners, calls }: EndpointUses,
  call: Call,
) {
  const { db, ids, clock, access, facts, live } = kernel;
  await access.require(call.principal, WRITE, { type: 'hub.repository', id: repositoryId });
  const { owner_id: ownerId } = await checkTraffic(
    traffic,
    { repositoryId, before: null },
    { db: db.read, runners },
  );
  const row = await db.transaction(async (tx) => {
    const id = ids('endpoint');
    const at = clock.now();
    const by = call.principal.id;
    const held = await store.openEndpointOf(tx, { repositoryId, name });
    if (held) return held;
    const count = await store.countOpenEndpoints(tx, ownerId);
    if (count >= options.SERVING_ENDPOINTS_MAX) throw servingErrors.make.endpoints_many({ count });
    const inserted = await store.insertEndpoint(tx, {
      ...{ id, repository_id: repositoryId, owner_id: ownerId, name },
      ...{ created_by: by, created_at: at },
    });
    if (!inserted) return store.openEndpointOf(tx, { repositoryId, name });
    const change = { version: 1, terms: traffic, rolledBackTo: null, before: null };
    await store.insertTraffic(tx, id, { ...change, reason: '', by, at });
    await facts.append(tx, {
      ...{ kind: 'serving.endpoint_created', subject: id, actor: by },
      body: { endpointId: id, ownerId, repositoryId, traffic },
    });
    db.afterCommit(tx, () => {
      live.publish('serving.deployment');
      calls.forget();
    });
    return store.readEndpoint(tx, id);
  });
  if (!row) throw kernelErrors.make.unavailable();
  if (!sameTerms(termsOf(row), traffic)) throw servingErrors.make.endpoint_name_taken({ name });
  const primary = await readTrial(db.read, traffic.primary);
  if (primary)
    runners
      .of(primary)
      .wake()
      .catch(() => {});
  return endpointOf(row);
}

async function endEndpoint(
  { id, repository_id: repositoryId }: store.EndpointRow,
  reason: string,
  { kernel, calls }: EndpointUses,
  call: Call,
) {
  const { db, clock, facts, live } = kernel;
  await db.transaction(async (tx) => {
    if (!(await store.endEndpoint(tx, id, { reason, at: clock.now() }))) return;
    await facts.append(tx, {
      ...{ kind: 'serving.endpoint_ended', subject: id, actor: call.principal.id },
      body: { endpointId: id, repositoryId, reasonDigest: await textDigest(reason) },
    });
    db.afterCommit(tx, () => {
      live.publish('serving.deployment');
      calls.forget();
    });
  });
}
