import type { Executor } from '#kernel/db.ts';
import type { Call } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { documentDigest } from '#verify/document.ts';
import { factSetText } from '#verify/fact.ts';
import { moveCall, stopCall } from './call-course.ts';
import { callSpec } from './entities.ts';
import { closingDocument } from './leaderboard-document.ts';
import type { Uses } from './module-uses.ts';
import { rank } from './record-positions.ts';
import * as store from './store.ts';

const NOBODY = '没有可以中榜的应答。 No submission could be awarded.';

/**
 * Closes the book on a closed call once nothing is being evaluated any more: commits to the count, the set and the
 * document of its scores, and opens the case that leads to the award. The call's row is locked.
 */
export async function settleCall(
  tx: Executor,
  row: store.CallRow,
  uses: Uses,
  call: Call,
): Promise<void> {
  if (row.state !== 'closed' || row.settled_at) return;
  const { rows, scored } = await rank(tx, row);
  if (scored.some(({ state }) => state === 'evaluating')) return;
  const { kernel } = uses;
  const document = closingDocument(row, rows, scored);
  const factIds = scored.flatMap(({ state, score_fact_id }) =>
    state === 'scored' && score_fact_id ? [score_fact_id] : [],
  );
  const fact = await kernel.facts.append(tx, {
    kind: 'scenarios.call_closed',
    subject: row.id,
    actor: call.principal.id,
    body: {
      callId: row.id,
      count: factIds.length,
      setDigest: await textDigest(factSetText(factIds)),
      documentDigest: await documentDigest(document),
    },
  });
  await uses.assurance.unseal(
    tx,
    scored.map(({ id }) => id),
  );
  const first = rows.find(({ rank: place }) => place === 1);
  const settled: store.CallChange = {
    settled_at: kernel.clock.now(),
    document,
    closing_fact_id: fact.id,
    proposed_submission_id: first?.submissionId ?? null,
  };
  if (!first) {
    await store.updateCall(tx, row.id, settled);
    return stopCall(tx, { ...row, ...settled }, NOBODY, uses, call);
  }
  const award_case_id = await openAwardCase(tx, row, uses, call);
  await moveCall(tx, row, 'review', { ...settled, award_case_id }, uses);
}

async function openAwardCase(
  tx: Executor,
  row: store.CallRow,
  uses: Uses,
  call: Call,
): Promise<string> {
  const { title, notice } = callSpec.pick({ title: true, notice: true }).parse(row.draft);
  const teams = await store.teamsOf(tx, row.id);
  return uses.cases.open(
    tx,
    {
      procedure: 'scenarios.award',
      subject: { type: 'scenarios.call', id: row.id },
      title,
      link: `/scenarios/calls/${row.id}`,
      ownerId: row.owner_id,
      basis: row.id,
      interested: teams.map((team) => team.organisation_id),
      deadlines: { notice },
    },
    call,
  );
}
