import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatDuration, formatNumber } from '#web/format.ts';
import { useLanguage, usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { LongWork } from '#web/ui/long-work.tsx';
import { Loading } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { competeWords } from './compete-words.ts';
import { IntervalLine } from './interval-line.tsx';
import { scaleOf } from './score-scale.ts';
import { progressOf } from './submission-progress.tsx';
import type { BoardView, SubmissionView } from './views.ts';
import { words } from './words.ts';

type OutcomeProps = {
  submissionId: string;
  /** When the button was pressed, in milliseconds. */
  atMs: number;
  board: BoardView;
};

/** Events bring news at once; this is for a stream that was lost. */
const pollMs = 1_000;

/** What becomes of one submission: its steps while it runs, then rank, score and why. */
export function Outcome({ submissionId, atMs, board }: OutcomeProps) {
  const api = useApi();
  const say = useWords(competeWords);
  const sayStep = useWords(words);
  const { data } = useQuery(
    api.scenarios.getSubmission.queryOptions({
      input: { submissionId },
      refetchInterval: ({ state }) => (state.data?.state === 'evaluating' ? pollMs : false),
    }),
  );
  useLive(`scenarios.submission/${submissionId}`, api.scenarios.getSubmission.key());
  const tookSeconds = useTook(atMs, data !== undefined && data.state !== 'evaluating');
  if (data === undefined) return <Loading />;
  if (tookSeconds === null) {
    return (
      <LongWork
        title={say('progress')}
        steps={progressOf(data, {
          received: sayStep('stepReceived'),
          public: sayStep('stepPublic'),
          hidden: sayStep('stepHidden'),
          scored: sayStep('stepScored'),
        })}
        meanwhile={say('meanwhile')}
      />
    );
  }
  return <Ended submission={data} board={board} tookSeconds={tookSeconds} />;
}

/** The seconds from the click to the outcome as the reader felt them; null until then. */
function useTook(atMs: number, ended: boolean): number | null {
  const [took, setTook] = useState<number | null>(null);
  useEffect(() => {
    if (ended) setTook((before) => before ?? (Date.now() - atMs) / 1_000);
  }, [ended, atMs]);
  return took;
}

type EndedProps = { submission: SubmissionView; board: BoardView; tookSeconds: number };

function Ended({ submission, board, tookSeconds }: EndedProps) {
  const say = useWords(competeWords);
  const pick = usePick();
  const language = useLanguage();
  const { submissionId, score, rank, reason } = submission;
  const { precision } = board.metric;
  const head =
    score === null ? say('failedHead') : rank === null ? say('unranked') : say('rankOf', { rank });
  return (
    <section className="section outcome" data-failed={score === null || undefined} role="status">
      <h2>{say('outcome')}</h2>
      <p className="outcome-rank">
        {head}
        <small className="figures">
          {say('tookSeconds', { time: formatDuration(tookSeconds, language) })}
        </small>
      </p>
      {score !== null && (
        <>
          <p className="figures">
            {say('scoreIs', { metric: pick(board.metric.name), score: score.toFixed(precision) })}
          </p>
          <IntervalLine
            score={score}
            interval={submission.hiddenEvaluation.interval}
            scale={scaleOf(board.rows)}
            digits={precision}
          />
        </>
      )}
      <p>
        {reason === null ? (
          <Because submission={submission} board={board} />
        ) : (
          pick(reason.sentence)
        )}
      </p>
      <To href={`/scenarios/submissions/${submissionId}`}>{say('details')}</To>
    </section>
  );
}

/** Why it stands where it stands: the one before it, or a better one of the same team. */
function Because({ submission, board }: { submission: SubmissionView; board: BoardView }) {
  const say = useWords(competeWords);
  const pick = usePick();
  const { submissionId, score, teamId } = submission;
  if (score === null) return null;
  const { precision } = board.metric;
  const own = board.rows.find((row) => row.teamId === teamId);
  const row = board.rows.find((each) => each.submissionId === submissionId);
  if (row === undefined) {
    if (own?.score == null) return null;
    const key = board.counts === 'best' ? 'becauseOwnBest' : 'becauseOwnLast';
    return say(key, { score: own.score.toFixed(precision) });
  }
  const ranked = board.rows.filter((each) => each.rank !== null);
  const before = ranked[ranked.indexOf(row) - 1];
  if (before?.score == null) {
    const baseline = board.rows.slice(0, board.rows.indexOf(row)).find((each) => each.baseline);
    if (baseline?.score == null) return say('becauseFirst');
    return say('becauseBaseline', {
      name: pick(baseline.name),
      score: baseline.score.toFixed(precision),
    });
  }
  const gap = formatNumber(Math.abs(before.score - score), precision);
  const behind = say('becauseBehind', { name: pick(before.name), gap });
  const apart = row.notApartFrom.includes(before.submissionId) ? ` ${say('becauseApart')}` : '';
  return `${behind}${apart}`;
}
