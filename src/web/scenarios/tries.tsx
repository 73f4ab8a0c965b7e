import { useQueries, useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { Section } from '#web/ui/page-body.tsx';
import { competeWords } from './compete-words.ts';
import { type Dial, digitsOf } from './program-dials.ts';
import { placeOn } from './score-scale.ts';
import type { BoardView } from './views.ts';

type TriesProps = {
  callId: string;
  dial: Dial;
  revisionDigest: string;
  board: BoardView | undefined;
};

const triesRead = 20;
/** Pixels up; across it takes the width that there is. */
const height = 150;
const inset = { top: 12, bottom: 24 } as const;

/** The own tries with this program: the score over the dial, above the lines of the baselines. */
export function Tries({ callId, dial, revisionDigest, board }: TriesProps) {
  const say = useWords(competeWords);
  const tries = useTries(callId, dial.key, revisionDigest);
  const baselines = board?.rows.filter(({ baseline, score }) => baseline && score !== null) ?? [];
  const digits = board?.metric.precision ?? 0;
  const across = { low: dial.min, high: dial.max };
  const up = { low: 0, high: Math.max(1, ...tries.map(({ score }) => score)) };
  const x = (value: number) => `${(placeOn(across, value) * 100).toFixed(2)}%`;
  const y = (score: number) =>
    height - inset.bottom - placeOn(up, score) * (height - inset.top - inset.bottom);
  const written = (value: number) => value.toFixed(digitsOf(dial.step));
  const sentence = ({ value, score }: Try) =>
    say('tryAt', { value: written(value), score: score.toFixed(digits) });
  return (
    <Section title={say('tries')}>
      <div className="tries-frame">
        <svg
          className="tries"
          height={height}
          role="img"
          aria-label={tries.map(sentence).join('; ') || say('tries')}
        >
          <line className="tries-axis" x1="0" x2="0" y1={inset.top} y2={y(0)} />
          <line className="tries-axis" x1="0" x2="100%" y1={y(0)} y2={y(0)} />
          {baselines.map(({ submissionId, score }) => (
            <line
              key={submissionId}
              className="tries-baseline"
              x1="0"
              x2="100%"
              y1={y(score ?? 0)}
              y2={y(score ?? 0)}
            />
          ))}
          <text x="-6" y={y(up.high) + 4} textAnchor="end">
            {up.high}
          </text>
          <text x="-6" y={y(0) + 4} textAnchor="end">
            0
          </text>
          <text x="0" y={height - 6}>
            {written(dial.min)}
          </text>
          <text x="100%" y={height - 6} textAnchor="end">
            {written(dial.max)} {dial.unit}
          </text>
          {tries.map((one, place) => (
            <circle
              key={one.submissionId}
              cx={x(one.value)}
              cy={y(one.score)}
              r={place === 0 ? 5 : 4}
              data-last={place === 0 || undefined}
            >
              <title>{sentence(one)}</title>
            </circle>
          ))}
        </svg>
      </div>
      <p className="quiet">{tries.length === 0 ? say('triesNone') : say('triesWhy')}</p>
    </Section>
  );
}

type Try = { submissionId: string; value: number; score: number };

/** The scored submissions of the reader's organisations with this revision, the newest first. */
function useTries(callId: string, key: string, revisionDigest: string): Try[] {
  const api = useApi();
  useLive(`scenarios.call/${callId}`, api.scenarios.listSubmissions.key());
  const { data } = useQuery(
    api.scenarios.listSubmissions.queryOptions({
      input: { callId, scope: 'mine', state: 'scored', limit: triesRead },
    }),
  );
  const own = (data?.items ?? []).filter((row) => row.revisionDigest === revisionDigest);
  const details = useQueries({
    queries: own.map(({ submissionId }) =>
      api.scenarios.getSubmission.queryOptions({ input: { submissionId } }),
    ),
  });
  return details.flatMap(({ data: submission }) => {
    const value = submission?.options?.[key];
    if (typeof value !== 'number' || submission?.score == null) return [];
    return [{ submissionId: submission.submissionId, value, score: submission.score }];
  });
}
