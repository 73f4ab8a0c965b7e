import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { formatPercent } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import { scoreText } from './evaluation-score.ts';
import { type Evaluation, levelOf } from './evaluation-state.ts';
import { IntervalBar } from './interval-bar.tsx';
import { words } from './words.ts';

/** The score with its interval, and the numbers behind it. */
export function EvaluationScores({ evaluation }: { evaluation: Evaluation }) {
  const say = useWords(words);
  const { score, scores, interval } = evaluation;
  if (score === null) return null;
  return (
    <Section title={say('results')} action={<ScoreTrust evaluation={evaluation} />}>
      <p className="evaluation-figure figures">{scoreText(score)}</p>
      {interval !== null && (
        <>
          <IntervalBar score={score} {...interval} />
          <p className="evaluation-quiet figures">
            {say('interval', { low: scoreText(interval.low), high: scoreText(interval.high) })}
          </p>
        </>
      )}
      {scores !== null && (
        <dl className="evaluation-numbers">
          <Figure name={say('precision')} value={ratio(scores.precision)} />
          <Figure name={say('recall')} value={ratio(scores.recall)} />
          <Figure name={say('eventsTrue')} value={count(scores.eventsTrue)} />
          <Figure name={say('eventsFound')} value={count(scores.eventsFound)} />
          <Figure name={say('falseAlarms')} value={count(scores.falseAlarms)} />
        </dl>
      )}
    </Section>
  );
}

const ratio = (value: number | null | undefined) =>
  value === null || value === undefined ? null : formatPercent(value);
const count = (value: number | null | undefined) =>
  value === null || value === undefined ? null : String(value);

function Figure({ name, value }: { name: string; value: string | null }) {
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd className="figures">{value}</dd>
    </div>
  );
}

/** Fact, proof level and digests of a recorded score. */
function ScoreTrust({ evaluation }: { evaluation: Evaluation }) {
  const api = useApi();
  const say = useWords(words);
  const { evaluationId, scoreFactId, finishedAt, createdAt, score, actions } = evaluation;
  const { data } = useQuery(
    api.kernel.listFacts.queryOptions({
      input: { subjectType: 'assurance.evaluation', subject: evaluationId, limit: 100 },
    }),
  );
  const { data: ledger } = useQuery(api.kernel.getLedger.queryOptions({ input: {} }));
  if (scoreFactId === null || score === null) return null;
  const fact = data?.items.find(({ id }) => id === scoreFactId);
  const position = fact?.position ?? null;
  const named: readonly (readonly [string, string | null])[] = [
    [say('d_revision'), evaluation.revisionDigest],
    [say('d_options'), evaluation.optionsDigest],
    [say('d_dataset'), evaluation.datasetDigest],
    [say('d_features'), evaluation.featuresDigest],
    [say('d_labels'), evaluation.labelsDigest],
    [say('d_scorer'), evaluation.scorerDigest],
    [say('d_environment'), evaluation.environmentDigest],
    [say('d_scorerEnvironment'), evaluation.scorerEnvironmentDigest],
    [say('d_predictions'), evaluation.predictionsDigest],
    [say('d_result'), evaluation.resultDigest],
  ];
  return (
    <TrustDrawer
      trust={{
        sentence: say('trustSentence', { score: scoreText(score) }),
        factId: scoreFactId,
        at: fact?.time ?? finishedAt ?? createdAt,
        level: levelOf(evaluation),
        ...(position === null || ledger === undefined
          ? {}
          : { place: { index: position, size: ledger.size } }),
        digests: named.flatMap(([name, value]) => (value === null ? [] : [{ name, value }])),
        ...(actions.includes('evidence')
          ? { proofHref: `/api/v1/assurance/evaluations/${evaluationId}/evidence` }
          : {}),
      }}
    />
  );
}
