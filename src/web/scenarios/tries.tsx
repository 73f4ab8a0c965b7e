import { useQueries, useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
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
const width = 320;
const height = 140;
const inset = { left: 32, right: 12, top: 12, bottom: 24 } as const;

/** The own tries with this program: the score over the dial, above the line of the baselines. */
export function Tries({ callId, dial, revisionDigest, board }: TriesProps) {
  const say = useWords(competeWords);
  const tries = useTries(callId, dial.key, revisionDigest);
  const baselines = board?.rows.filter(({ baseline, score }) => baseline && score !== null) ?? [];
  const digits = board?.metric.precision ?? 0;
  const across = { low: dial.min, high: dial.max };
  const up = { low: 0, high: Math.max(1, ...tries.map(({ score }) => score)) };
  const x = (value: number) =>
    inset.left + placeOn(across, value) * (width - inset.left - inset.right);
  const y = (score: number) =>
    height - inset.bottom - placeOn(up, score) * (height - inset.top - inset.bottom);
  const written = (value: number) => value.toFixed(digitsOf(dial.step));
  const spoken = tries
    .map(({ value, score }) =>
      say('tryAt', { value: written(value), score: score.toFixed(digits) }),
    )
    .join('; ');
  return (
    <Section title={say('tries')}>
      <svg className="tries" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={spoken}>
        <path
          className="tries-axis"
          d={`M${inset.left} ${inset.top}V${y(0)}H${width - inset.right}`}
        />
        {baselines.map(({ submissionId, score }) => (
          <path
            key={submissionId}
            className="tries-baseline"
            d={`M${inset.left} ${y(score ?? 0)}H${width - inset.right}`}
          />
        ))}
        <text x={inset.left - 6} y={y(up.high) + 4} textAnchor="end">
          {up.high}
        </text>
        <text x={inset.left - 6} y={y(0) + 4} textAnchor="end">
          0
        </text>
        <text x={inset.left} y={height - 6}>
          {written(dial.min)}
        </text>
        <text x={width - inset.right} y={height - 6} textAnchor="end">
          {written(dial.max)} {dial.unit}
        </text>
        {tries.map(({ submissionId, value, score }, place) => (
          <circle
            key={submissionId}
            cx={x(value)}
            cy={y(score)}
            r={place === 0 ? 5 : 4}
            data-last={place === 0 || undefined}
          >
            <title>{say('tryAt', { value: written(value), score: score.toFixed(digits) })}</title>
          </circle>
        ))}
      </svg>
      <p className="quiet">{tries.length === 0 ? say('triesNone') : say('triesWhy')}</p>
    </Section>
  );
}

/** The scored submissions of the reader's organisations with this revision, the newest first. */
function useTries(callId: string, key: string, revisionDigest: string) {
  const api = useApi();
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
