import { formatInstant } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { submissionMark } from './call-course.ts';
import { stateKey } from './leaderboard-table.tsx';
import './scenarios.css';
import { SubmissionLog } from './submission-log.tsx';
import { SubmissionProgress } from './submission-progress.tsx';
import { Evaluations, Failure, Program } from './submission-result.tsx';
import { useSubmission } from './use-submission.ts';
import type { SubmissionView } from './views.ts';
import { words } from './words.ts';

/** A submission: what happened to it and when, its scores, or why it has none. */
export function SubmissionPage() {
  const submissionId = useParameter('submissionId');
  const query = useSubmission(submissionId);
  return (
    <LoadedPage query={query}>{(submission) => <Submission submission={submission} />}</LoadedPage>
  );
}

function Submission({ submission }: { submission: SubmissionView }) {
  const say = useWords(words);
  const pick = usePick();
  const { submissionId, callId, state, actions, program } = submission;
  const name = submission.name === null ? '' : pick(submission.name);
  const team = submission.teamName ?? say('baseline');
  return (
    <>
      <PageHead
        name={name === '' ? say('submissionOf', { team }) : name}
        parent={{ name: pick(submission.callTitle), href: `/scenarios/calls/${callId}` }}
        state={<StateTag state={submissionMark(state)} label={say(stateKey(state))} />}
        why={<Why submission={submission} />}
        main={
          <>
            {actions.includes('vary') && (
              <ButtonLink
                kind="main"
                href={`/scenarios/calls/${callId}/compete?from=${submissionId}`}
              >
                {say('vary')}
              </ButtonLink>
            )}
            {actions.includes('receipt') && (
              <ButtonLink
                icon="download"
                href={`/api/v1/scenarios/submissions/${submissionId}/receipt`}
                download={`receipt-${submissionId}.json`}
              >
                {say('receipt')}
              </ButtonLink>
            )}
          </>
        }
      />
      <PageBody side={<FactsOf subjectType="scenarios.submission" subject={submissionId} />}>
        <Failure submission={submission} />
        <SubmissionProgress submission={submission} />
        <Evaluations submission={submission} trust={<ReceiptTrust submission={submission} />} />
        <Program submission={submission} />
        {program !== null && submission.publicEvaluation !== null && (
          <SubmissionLog evaluation={submission.publicEvaluation} />
        )}
      </PageBody>
    </>
  );
}

function Why({ submission }: { submission: SubmissionView }) {
  const say = useWords(words);
  const pick = usePick();
  const { state, score, rank, reason, deadlineAt, teamName } = submission;
  const who = teamName === null ? '' : `${teamName} · `;
  if (state === 'evaluating') {
    const until =
      deadlineAt === null ? '' : ` (${say('evaluatingUntil', { at: formatInstant(deadlineAt) })})`;
    return `${who}${say('evaluatingWhy')}${until}`;
  }
  if (reason !== null) return `${who}${pick(reason.sentence)}`;
  if (score === null) return teamName;
  return rank === null
    ? `${who}${say('scoredWhy', { score })}`
    : `${who}${say('scoredRankWhy', { score, rank })}`;
}

function ReceiptTrust({ submission }: { submission: SubmissionView }) {
  const say = useWords(words);
  const { submissionId } = submission;
  return (
    <TrustDrawer
      trust={{
        sentence: say('receiptTrust'),
        factId: submission.receiptFactId,
        at: submission.receivedAt,
        level: 'included',
        digests: [
          { name: say('revision'), value: submission.revisionDigest },
          { name: say('optionsDigest'), value: submission.optionsDigest },
        ],
        proofHref: `/api/v1/scenarios/submissions/${submissionId}/receipt`,
      }}
    />
  );
}
