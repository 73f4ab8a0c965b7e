import { documentDigest } from '#verify/document.ts';
import type { AgreementRow } from './agreement-store.ts';
import { insertStatement, postingsUpTo } from './books-store.ts';
import type { Step } from './module-uses.ts';
import { statementDocument, statementOf } from './statement-document.ts';

/** Issues a statement over everything posted so far: its digest and its sums become a fact. */
export async function issueStatement(
  agreement: AgreementRow,
  { tx, uses: { kernel }, call }: Step,
): Promise<void> {
  const number = agreement.statements + 1;
  const journals = await postingsUpTo(tx, agreement.id, agreement.postings);
  const issuedAt = kernel.clock.now();
  const document = statementDocument(agreement, journals, { number, issuedAt });
  const digest = await documentDigest(document);
  const { totals } = statementOf(agreement, journals);
  const fact = await kernel.facts.append(tx, {
    kind: 'exchange.statement_issued',
    subject: agreement.id,
    actor: call.principal.id,
    body: { agreementId: agreement.id, number, documentDigest: digest, totals },
  });
  await insertStatement(tx, {
    ...{ agreement_id: agreement.id, number, postings: agreement.postings },
    ...{ document_digest: digest, fact_id: fact.id, issued_at: issuedAt },
  });
}
