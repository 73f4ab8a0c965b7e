import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { type Answers, automations } from './answer-sheet.ts';
import { validCertificate } from './assess.ts';
import { governanceErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';

type Request = {
  assessmentId: string;
  purpose: string;
  districts: readonly string[];
  automation: Answers['automation'];
};

/**
 * Opens the case of an approval; resolves to the approval's id. Pins what may run from the certificate's evaluation.
 * The same request again is the same approval. Throws `governance.prohibited_use`, `governance.certificate_invalid`,
 * `governance.automation_exceeded`, `governance.approval_exists`.
 */
export async function requestApproval(request: Request, uses: Uses, call: Call): Promise<string> {
  const { kernel } = uses;
  const { assessmentId } = request;
  const assessed = await store.readAssessment(kernel.db.read, { id: assessmentId });
  if (!assessed) throw kernelErrors.make.missing({ id: assessmentId });
  refuse(assessed, request);
  const certified = await validCertificate(assessed.certificate_id, uses);
  const { revisionDigest } = certified.program;
  const { repositoryId } = await uses.hub.readRevision({ revisionDigest }, call);
  const program = { ...certified.program, repositoryId };
  const districts = [...new Set(request.districts)].sort();
  return kernel.db.transaction(async (tx) => {
    await store.readAssessment(tx, { id: assessmentId }, { lock: true });
    const before = await store.newestApproval(tx, assessmentId);
    if (before?.state === 'requested' || before?.state === 'approved') {
      if (sameTerms(before, { ...request, districts })) return before.id;
      const { id: approvalId, state } = before;
      throw governanceErrors.make.approval_exists({ approvalId, state });
    }
    const id = kernel.ids('approval');
    const { title, tier, owner_id } = assessed;
    const resource = { type: 'governance.approval', id };
    const caseId = await uses.cases.open(
      tx,
      {
        procedure: tier === 'high' ? 'governance.approval_high' : 'governance.approval',
        subject: resource,
        title: { zh: shortened(`准入：${title.zh}`), en: shortened(`Approval: ${title.en}`) },
        link: `/governance/approvals/${id}`,
        ownerId: owner_id,
        basis: id,
        interested: [program.ownerId],
      },
      call,
    );
    await store.insertApproval(tx, {
      ...{ id, assessment_id: assessmentId, certificate_id: assessed.certificate_id, owner_id },
      ...{ purpose: request.purpose, districts, automation: request.automation, program },
      ...{ case_id: caseId, valid_until: certified.validUntil },
      ...{ requested_by: call.principal.id, requested_at: kernel.clock.now() },
    });
    await kernel.access.register(tx, { ...resource, owner: owner_id, audience: 'owner' });
    await kernel.facts.append(tx, {
      kind: 'governance.approval_requested',
      subject: id,
      actor: call.principal.id,
      body: { approvalId: id, assessmentId, caseId, tier, automation: request.automation },
    });
    kernel.db.afterCommit(tx, () => {
      kernel.live.publish(`governance.assessment/${assessmentId}`);
      kernel.live.publish('governance.approval');
    });
    return id;
  });
}

// As long as a case's title may be.
const shortened = (text: string) => text.slice(0, 200).toWellFormed();

function refuse(assessed: store.AssessmentRow, { automation }: Request): void {
  if (assessed.tier === 'prohibited') {
    const decided = assessed.rules.filter((rule) => rule.decided);
    const rules = decided.map(({ article }) => article).join(', ');
    throw governanceErrors.make.prohibited_use({ rules });
  }
  const wider = (one: Answers['automation']) => automations.indexOf(one);
  if (wider(automation) > wider(assessed.answers.automation)) {
    const data = { assessed: assessed.answers.automation, requested: automation };
    throw governanceErrors.make.automation_exceeded(data);
  }
}

function sameTerms(row: store.ApprovalRow, request: Request): boolean {
  return (
    row.purpose === request.purpose &&
    row.automation === request.automation &&
    row.districts.join() === request.districts.join()
  );
}
