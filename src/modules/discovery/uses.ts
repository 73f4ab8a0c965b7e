import { sql } from 'kysely';
import * as z from 'zod';
import type { Executor } from '#kernel/db.ts';
import { digest, instant } from '#kernel/entities.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Fact } from '#kernel/facts.ts';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, encodeCursor } from '#kernel/page.ts';
import type { discoveryContract } from './contract.ts';
import type { Source } from './source.ts';
import * as store from './uses-store.ts';

type ListUses = Handlers<(typeof discoveryContract)['operations']>['listUses'];

/** Kinds that no source lists, with the permission by which one is seen; null: by everybody. */
export type UserKinds = Readonly<Record<string, string | null>>;

const OFFSET_MAX = 10_000;
const id = z.string();

/** What of a fact says that something uses a revision. Other parts of the body are passed over. */
const facts = {
  'assurance.certificate_issued': z.object({
    certificateId: id,
    revisionDigest: digest,
    score: z.number(),
    validUntil: instant,
  }),
  'assurance.certificate_revoked': z.object({ certificateId: id }),
  'assurance.measurement_finished': z.object({
    measurementId: id,
    revisionDigest: digest,
    state: z.string(),
    suiteOpen: z.boolean(),
    metric: z.string(),
    score: z.number().nullable(),
    repeatOf: id.nullable(),
  }),
  'scenarios.call_opened': z.object({
    callId: id,
    publicData: z.object({ revisionDigest: digest }),
    scorerDigest: digest,
  }),
  'scenarios.submission_received': z.object({
    submissionId: id,
    callId: id,
    baseline: z.boolean(),
    revisionDigest: digest,
  }),
  'scenarios.awarded': z.object({ callId: id, submissionId: id }),
  'serving.program_registered': z.object({ programId: id, revisionDigest: digest }),
  'serving.deployment_created': z.object({ deploymentId: id, revisionDigest: digest }),
  'serving.deployment_ended': z.object({ deploymentId: id }),
  'exchange.offer_published': z.object({ offerId: id, programId: id }),
  'exchange.offer_withdrawn': z.object({ offerId: id }),
};

/**
 * Keeps what facts say about revisions. `measuredChanged` is told of each revision whose certificates or
 * measurements changed. Handled again, a fact changes nothing.
 */
export function usesSubscription(
  measuredChanged: (revisionDigest: string, tx: Executor) => Promise<void>,
): Subscription {
  const put = (
    tx: Executor,
    fact: Fact,
    use: Pick<store.UseRow, 'revision_digest' | 'kind' | 'id' | 'relation'> & Partial<store.UseRow>,
  ) =>
    store.insertUse(tx, {
      ...{ since: new Date(fact.time), score: null, metric: null, valid_until: null },
      ...use,
    });

  const handlers: Record<string, (fact: Fact, tx: Executor) => Promise<void>> = {
    async 'assurance.certificate_issued'(fact, tx) {
      const body = facts['assurance.certificate_issued'].parse(fact.body);
      const { revisionDigest, score } = body;
      await put(tx, fact, {
        ...{ revision_digest: revisionDigest, kind: 'certificate', id: body.certificateId },
        ...{ relation: 'measured', score, valid_until: new Date(body.validUntil) },
      });
      await measuredChanged(revisionDigest, tx);
    },
    async 'assurance.certificate_revoked'(fact, tx) {
      const { certificateId } = facts['assurance.certificate_revoked'].parse(fact.body);
      const ended = await store.endUses(tx, 'certificate', certificateId, new Date(fact.time));
      for (const revisionDigest of ended) await measuredChanged(revisionDigest, tx);
    },
    async 'assurance.measurement_finished'(fact, tx) {
      const body = facts['assurance.measurement_finished'].parse(fact.body);
      const { revisionDigest, metric, score, repeatOf } = body;
      // What was measured by a suite that nobody else can look at is nothing to rank by; a repeat is no second result.
      if (score === null || !body.suiteOpen || repeatOf !== null) return;
      await put(tx, fact, {
        ...{ revision_digest: revisionDigest, kind: 'measurement', id: body.measurementId },
        ...{ relation: 'measured', score, metric },
      });
      await measuredChanged(revisionDigest, tx);
    },
    async 'scenarios.call_opened'(fact, tx) {
      const body = facts['scenarios.call_opened'].parse(fact.body);
      const call = { kind: 'call', id: body.callId };
      const data = body.publicData.revisionDigest;
      await put(tx, fact, { ...call, revision_digest: data, relation: 'public_data' });
      await put(tx, fact, { ...call, revision_digest: body.scorerDigest, relation: 'scorer' });
    },
    async 'scenarios.submission_received'(fact, tx) {
      const body = facts['scenarios.submission_received'].parse(fact.body);
      const used = { revision_digest: body.revisionDigest };
      // What a team submits is its own matter until it is awarded.
      const submission = {
        kind: 'submission',
        id: body.submissionId,
        relation: 'received',
      } as const;
      await put(tx, fact, { ...used, ...submission });
      const baseline = { kind: 'call', id: body.callId, relation: 'baseline' } as const;
      if (body.baseline) await put(tx, fact, { ...used, ...baseline });
    },
    async 'scenarios.awarded'(fact, tx) {
      const { callId, submissionId } = facts['scenarios.awarded'].parse(fact.body);
      const revisionDigest = await store.revisionUsedBy(tx, 'submission', submissionId);
      if (revisionDigest === null) return;
      const award = { kind: 'call', id: callId, relation: 'awarded' } as const;
      await put(tx, fact, { ...award, revision_digest: revisionDigest });
    },
    async 'serving.program_registered'(fact, tx) {
      const { programId, revisionDigest } = facts['serving.program_registered'].parse(fact.body);
      const program = { kind: 'program', id: programId, relation: 'registered' } as const;
      await put(tx, fact, { ...program, revision_digest: revisionDigest });
    },
    async 'serving.deployment_created'(fact, tx) {
      const { deploymentId, revisionDigest } = facts['serving.deployment_created'].parse(fact.body);
      const deployment = { kind: 'deployment', id: deploymentId, relation: 'deployed' } as const;
      await put(tx, fact, { ...deployment, revision_digest: revisionDigest });
    },
    async 'serving.deployment_ended'(fact, tx) {
      const { deploymentId } = facts['serving.deployment_ended'].parse(fact.body);
      await store.endUses(tx, 'deployment', deploymentId, new Date(fact.time));
    },
    async 'exchange.offer_published'(fact, tx) {
      const { offerId, programId } = facts['exchange.offer_published'].parse(fact.body);
      const revisionDigest = await store.revisionUsedBy(tx, 'program', programId);
      if (revisionDigest === null) return;
      const offer = { kind: 'offer', id: offerId, relation: 'offered' } as const;
      await put(tx, fact, { ...offer, revision_digest: revisionDigest });
    },
    async 'exchange.offer_withdrawn'(fact, tx) {
      const { offerId } = facts['exchange.offer_withdrawn'].parse(fact.body);
      await store.endUses(tx, 'offer', offerId, new Date(fact.time));
    },
  };
  return {
    name: 'discovery.follow_uses',
    kinds: Object.keys(handlers),
    async handle(fact, tx) {
      await handlers[fact.kind]?.(fact, tx);
    },
  };
}

/** What uses a revision, as far as the reader may see it: each kind is asked by its own permission. */
export function createListUses(uses: {
  kernel: Kernel;
  sources: readonly Source[];
  userKinds: UserKinds;
}): ListUses {
  const { db, access, clock } = uses.kernel;
  const permissions = new Map<string, string | null>([
    ...Object.entries(uses.userKinds),
    ...uses.sources.map(({ kind, permission }) => [kind, permission] as const),
  ]);
  return async ({ revisionDigest, cursor, limit }, call) => {
    const offset = Number(decodeCursor(cursor)?.key ?? 0);
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > OFFSET_MAX) {
      throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
    }
    const shown = [...permissions].map(([kind, permission]) => ({
      kind,
      visible:
        permission === null
          ? sql<boolean>`true`
          : access.visible(call.principal, permission, store.useIdColumn),
    }));
    if (shown.length === 0) return { items: [], total: 0, nextCursor: null };
    const page = { offset, limit };
    const asked = { revisionDigest, shown, now: clock.now(), ...page };
    const { rows, total } = await store.listUses(db.read, asked);
    return {
      items: rows.map(({ kind, id: useId, relation, title, href, score, since, valid_until }) => ({
        ...{ kind, id: useId, relation, title, score },
        href: href ?? (kind === 'deployment' ? `/serving/deployments/${useId}` : null),
        since: since.toISOString(),
        validUntil: valid_until?.toISOString() ?? null,
      })),
      total,
      nextCursor:
        offset + limit < total && offset + limit <= OFFSET_MAX
          ? encodeCursor({ key: String(offset + limit), id: '' })
          : null,
    };
  };
}
