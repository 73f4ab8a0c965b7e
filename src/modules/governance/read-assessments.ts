import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import { questions } from './answer-sheet.ts';
import { certificateState } from './assess.ts';
import type { AssessmentDetail, AssessmentView } from './entities.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';
import { exemptRule, restRule, rulesVersion, sources, tierRules } from './tier-rules.ts';
import { timeCursor } from './time-cursor.ts';

/** The questions, and every rule with the source it rests on. */
export function readAnswerSheet() {
  const rules = [...tierRules, exemptRule, restRule].map(({ id, tier, text, article, source }) => ({
    ...{ ruleId: id, tier, text, article },
    source: { ...sources[source] },
  }));
  const asked = questions.map((question) => ({ ...question, options: [...question.options] }));
  return { rulesVersion, questions: asked, rules };
}

export async function readAssessment(
  assessmentId: string,
  uses: Uses,
  call: Call,
): Promise<AssessmentDetail> {
  const { kernel, assurance } = uses;
  const row = await store.readAssessment(kernel.db.read, { id: assessmentId });
  const certified = row && (await assurance.readCertifiedProgram(row.certificate_id));
  if (!row || !certified) throw kernelErrors.make.missing({ id: assessmentId });
  const state = certificateState(certified, kernel.clock.now());
  const newest = await store.newestApproval(kernel.db.read, assessmentId);
  const standing = newest?.state === 'requested' || newest?.state === 'approved';
  const resource = { type: 'governance.assessment', id: assessmentId };
  const permission = 'governance.assessment.write';
  const { allowed } = await kernel.access.decide(call.principal, permission, resource);
  const open = allowed && state === 'valid' && row.tier !== 'prohibited' && !standing;
  const [view] = await viewsOf([row], uses);
  if (!view) throw new Error('one row gives one view');
  return {
    ...view,
    answers: row.answers,
    rules: row.rules,
    certificateState: state,
    approvalId: newest?.id ?? null,
    actions: open ? ['request_approval'] : [],
  };
}

export async function listAssessments(
  input: Omit<store.AssessmentFilter, 'visible'> & { cursor?: string | undefined; limit: number },
  uses: Uses,
  call: Call,
) {
  const { access, db } = uses.kernel;
  const filter: store.AssessmentFilter = {
    ...input,
    visible: (id) => access.visible(call.principal, 'governance.assessment.read', id),
  };
  const page = { after: timeCursor(input.cursor), limit: input.limit + 1 };
  const { rows, total } = await store.listAssessments(db.read, filter, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.assessed_at.toISOString(),
    id: row.id,
  }));
  return { items: await viewsOf(items, uses), total, nextCursor };
}

async function viewsOf(
  rows: readonly store.AssessmentRow[],
  uses: Uses,
): Promise<AssessmentView[]> {
  const names = await uses.partyNames(rows.map((row) => row.owner_id));
  return rows.map((row) => ({
    assessmentId: row.id,
    certificateId: row.certificate_id,
    title: row.title,
    ownerId: row.owner_id,
    ownerName: names.get(row.owner_id) ?? row.owner_id,
    use: row.purpose,
    tier: row.tier,
    rulesVersion: row.rules_version,
    published: row.published,
    assessedBy: row.assessed_by,
    assessedAt: row.assessed_at.toISOString(),
  }));
}
