import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import { type Call, serviceCall } from '#kernel/principal.ts';
import type { hubContract } from '../contract.ts';
import { hubErrors } from '../errors.ts';
import type { HubParties } from '../owner-names.ts';
import * as store from '../store.ts';
import { mayReadFiles } from './file-access.ts';
import type { GivenAnswers, RequestState } from './gate-entities.ts';
import { answersTo, gateFormOf } from './gate-form.ts';
import { noticeOfAsking, noticeOfDecision, type SendNotice } from './gate-notices.ts';
import {
  type AccessRequestRow,
  accessRequestOf,
  listRequests,
  ownRequestOf,
  readRequest,
  upsertRequest,
  type WhichRequest,
} from './gate-store.ts';

type HubHandlers = Handlers<(typeof hubContract)['operations']>;

export type GateUses = { kernel: Kernel; parties: HubParties; notify: SendNotice };

/**
 * Asking for the files of gated repositories, and answering. An accepted request stands behind a grant of
 * `hub.file.read`; one that is rejected or set back to pending has none.
 */
export function accessRequestHandlers(
  uses: GateUses,
): Pick<HubHandlers, 'askAccess' | 'listAccessRequests' | 'decideAccessRequest' | 'grantAccess'> {
  const { db } = uses.kernel;
  return {
    async askAccess({ repositoryId, answers }, call) {
      return ownRequestOf(await ask(repositoryId, answers, uses, call));
    },

    async listAccessRequests({ repositoryId, state, cursor, limit }) {
      const { rows, total } = await listRequests(
        db.read,
        { repositoryId, state },
        { after: decodeCursor(cursor), limit: limit + 1 },
      );
      const page = toPage(rows, limit, ({ id, asked_at }) => ({ key: asked_at.toISOString(), id }));
      return { ...page, items: page.items.map(accessRequestOf), total };
    },

    decideAccessRequest: ({ repositoryId, requestId, state, reason }, call) =>
      db.transaction(async (tx) => {
        const row = await lockGated(tx, repositoryId);
        const request = await requestNamed(tx, repositoryId, { requestId });
        const decision = { repository: row, request, to: state, reason };
        return accessRequestOf(await decide(tx, decision, uses, call));
      }),

    async grantAccess({ repositoryId, party }, call) {
      const partyId = await partyNamed(party, uses.parties);
      return db.transaction(async (tx) => {
        const row = await lockGated(tx, repositoryId);
        const request = await requestFor(tx, row, partyId, uses);
        const decision = { repository: row, request, to: 'accepted', reason: '' } as const;
        return accessRequestOf(await decide(tx, decision, uses, call));
      });
    },
  };
}

/** Throws `kernel.missing`, `hub.not_gated`. Decisions on one repository happen one by one. */
async function lockGated(tx: Executor, repositoryId: string): Promise<store.RepositoryRow> {
  const row = await store.lockRepository(tx, repositoryId);
  if (!row) throw kernelErrors.make.missing({ id: repositoryId });
  if (row.gated === null) throw hubErrors.make.not_gated({ repositoryId });
  return row;
}

/** Throws `hub.access_request_missing`. */
export async function requestNamed(
  db: Executor,
  repositoryId: string,
  which: WhichRequest,
): Promise<AccessRequestRow> {
  const request = await readRequest(db, repositoryId, which);
  if (request) return request;
  throw hubErrors.make.access_request_missing({ repositoryId });
}

/** The party that an id or a handle names. Throws `kernel.missing`. */
export async function partyNamed(party: string, parties: HubParties): Promise<string> {
  const partyId = party.startsWith('party_') ? party : await parties.byHandle(party);
  const known = partyId !== null && (await parties.handles([partyId])).has(partyId);
  if (!known) throw kernelErrors.make.missing({ id: party });
  return partyId;
}

/** The request of a party; a new one where it never asked. */
async function requestFor(
  tx: Executor,
  repository: store.RepositoryRow,
  partyId: string,
  { kernel }: GateUses,
): Promise<AccessRequestRow> {
  const held = await readRequest(tx, repository.id, { partyId });
  return (
    held ?? {
      id: kernel.ids('access'),
      repository_id: repository.id,
      party_id: partyId,
      ...{ state: 'pending', answers: {}, reason: '', asked_at: kernel.clock.now() },
      ...{ decided_by: null, decided_at: null },
    }
  );
}

/**
 * Asks for the caller. Where the gate opens by itself, the request is accepted in the same transaction. Asking
 * again gives the request that stands; a pending one takes the new answers.
 */
async function ask(
  repositoryId: string,
  given: GivenAnswers,
  uses: GateUses,
  call: Call,
): Promise<AccessRequestRow> {
  const { db, access, facts, live } = uses.kernel;
  const { principal } = call;
  await access.require(principal, 'hub.repository.read', {
    type: 'hub.repository',
    id: repositoryId,
  });
  return db.transaction(async (tx) => {
    const repository = await lockGated(tx, repositoryId);
    const held = await readRequest(tx, repositoryId, { partyId: principal.id });
    if (held && held.state !== 'pending') return held;
    if (await mayReadFiles(access, repository, principal, { tx })) {
      throw hubErrors.make.access_held({ repositoryId });
    }
    const head =
      repository.head_digest === null
        ? null
        : await store.readRevision(tx, repositoryId, repository.head_digest);
    const answers = answersTo(gateFormOf(head?.card?.metadata ?? {}), given);
    const asked = await requestFor(tx, repository, principal.id, uses);
    const request = { ...asked, answers };
    await upsertRequest(tx, request);
    if (!held) {
      await facts.append(tx, {
        ...{ kind: 'hub.access_asked', subject: repositoryId, actor: principal.id },
        body: { repositoryId, requestId: request.id, partyId: principal.id },
      });
    }
    if (repository.gated === 'auto') {
      const decision = { repository, request, to: 'accepted', reason: '' } as const;
      return decide(tx, decision, uses, serviceCall('hub', call.signal));
    }
    if (!held) await uses.notify(tx, noticeOfAsking(repository, request));
    db.afterCommit(tx, () => live.publish(`hub.repository/${repositoryId}`));
    return request;
  });
}

type Decision = {
  repository: store.RepositoryRow;
  request: AccessRequestRow;
  to: RequestState;
  /** Told to the asker, where it is rejected. */
  reason: string;
};

/** Moves a request to a state, with its grant, fact and notice. To where it stands already, changes nothing. */
async function decide(
  tx: Executor,
  { repository, request, to, reason }: Decision,
  { kernel, notify }: GateUses,
  call: Call,
): Promise<AccessRequestRow> {
  const { access, facts, db, live, clock } = kernel;
  const isNew = (await readRequest(tx, repository.id, { requestId: request.id })) === null;
  if (request.state === to && !isNew) return request;
  const decided: AccessRequestRow = {
    ...request,
    state: to,
    reason: to === 'rejected' ? reason : '',
    decided_by: call.principal.id,
    decided_at: clock.now(),
  };
  await upsertRequest(tx, decided);
  if (to === 'accepted') {
    const resource = { type: 'hub.repository', id: repository.id };
    const subject = request.party_id;
    await access.grant(tx, { subject, action: 'hub.file.read', resource, basis: request.id }, call);
  } else {
    await access.revokeBasis(tx, request.id, `the request for access is ${to}`, call);
  }
  await facts.append(tx, {
    ...{ kind: 'hub.access_decided', subject: repository.id, actor: call.principal.id },
    body: {
      ...{ repositoryId: repository.id, requestId: request.id, partyId: request.party_id },
      ...{ state: to, before: isNew ? null : request.state },
    },
  });
  await notify(tx, noticeOfDecision(repository, decided));
  db.afterCommit(tx, () => live.publish(`hub.repository/${repository.id}`));
  return decided;
}
