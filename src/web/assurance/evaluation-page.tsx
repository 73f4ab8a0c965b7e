import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { PartyName, shortId } from '#web/parties/party-name.tsx';
import { LongWork } from '#web/ui/long-work.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import './assurance.css';
import { EvaluationHead } from './evaluation-head.tsx';
import { EvaluationLogs } from './evaluation-logs.tsx';
import { EvaluationRepeats } from './evaluation-repeats.tsx';
import { EvaluationScores } from './evaluation-scores.tsx';
import { type Evaluation, stepStates } from './evaluation-state.ts';
import { words } from './words.ts';

/** One evaluation: its two jobs, its score and what the score rests on. */
export function EvaluationPage() {
  const api = useApi();
  const say = useWords(words);
  const evaluationId = useParameter('evaluationId');
  const query = useQuery(api.assurance.getEvaluation.queryOptions({ input: { evaluationId } }));
  useLive(
    query.data === undefined ? undefined : `assurance.evaluation/${evaluationId}`,
    api.assurance.key(),
  );
  return (
    <>
      {query.data === undefined && (
        <PageHead name={say('evaluation')} parent={{ name: say('title'), href: '/assurance' }} />
      )}
      <Loaded query={query} lines={8}>
        {(evaluation) => <EvaluationBody evaluation={evaluation} />}
      </Loaded>
    </>
  );
}

function EvaluationBody({ evaluation }: { evaluation: Evaluation }) {
  const { evaluationId, datasetKind, disclosedAt, counters } = evaluation;
  const kept = datasetKind === 'hidden' && disclosedAt === null;
  return (
    <>
      <EvaluationHead evaluation={evaluation} />
      <PageBody
        side={
          <>
            <Setting evaluation={evaluation} />
            <FactsOf subjectType="assurance.evaluation" subject={evaluationId} />
          </>
        }
      >
        <EvaluationScores evaluation={evaluation} />
        <Reason evaluation={evaluation} />
        <Course evaluation={evaluation} />
        {(kept || counters !== null) && <Counters evaluation={evaluation} kept={kept} />}
        <EvaluationLogs evaluation={evaluation} />
        {evaluation.repeatOf === null && evaluation.state === 'done' && (
          <EvaluationRepeats evaluation={evaluation} />
        )}
      </PageBody>
    </>
  );
}

function Reason({ evaluation }: { evaluation: Evaluation }) {
  const say = useWords(words);
  const pick = usePick();
  const { reason, cause } = evaluation;
  if (reason === null) return null;
  return (
    <Section title={pick(reason.sentence)}>
      <p>{say(reason.ours ? 'ours' : 'theirs')}</p>
      {cause !== null && (
        <p className="evaluation-quiet">
          {say('cause')}: <code>{cause}</code>
        </p>
      )}
    </Section>
  );
}

function Course({ evaluation }: { evaluation: Evaluation }) {
  const say = useWords(words);
  const states = stepStates(evaluation);
  const { phase, attempt, createdAt, state } = evaluation;
  const again = attempt > 1 ? { note: say('attemptNote', { attempt }) } : {};
  const running = state === 'predicting' || state === 'scoring';
  return (
    <LongWork
      title={say('course')}
      meanwhile={say('meanwhile')}
      steps={[
        {
          key: 'predict',
          label: say('predict'),
          state: states.predict,
          ...(phase === 'predict' ? again : {}),
          ...(running && phase === 'predict' ? { startedAt: createdAt } : {}),
        },
        {
          key: 'score',
          label: say('scoreStep'),
          state: states.score,
          ...(phase === 'score' ? again : {}),
        },
      ]}
    />
  );
}

function Counters({ evaluation, kept }: { evaluation: Evaluation; kept: boolean }) {
  const say = useWords(words);
  const { counters } = evaluation;
  const shown = (value: string) => (kept ? say('atMost', { value }) : value);
  return (
    <Section title={say(kept ? 'redacted' : 'jobs')}>
      {kept && <p className="evaluation-quiet">{say('redactedWhy')}</p>}
      {counters !== null && (
        <Properties
          rows={[
            ...(counters.rowsAnswered === null
              ? []
              : [[say('rowsAnswered'), shown(String(counters.rowsAnswered))] as const]),
            [say('wallSeconds'), shown(say('seconds', { value: counters.wallSeconds }))],
            [say('memory'), shown(`${Math.round(counters.memoryMiB * 10) / 10} MiB`)],
          ]}
        />
      )}
      <p className="evaluation-quiet">
        <To href={`/jobs?basis=${evaluation.evaluationId}`}>{say('openJobs')}</To>
      </p>
    </Section>
  );
}

function Setting({ evaluation }: { evaluation: Evaluation }) {
  const say = useWords(words);
  const { ownerId, dataOwnerId, entry, environment, isolation, basis, finishedAt } = evaluation;
  return (
    <Section title={say('setting')}>
      <Properties
        rows={[
          [say('owner'), <PartyName key="owner" id={ownerId} />],
          [say('dataOwner'), <PartyName key="data" id={dataOwnerId} />],
          [say('entry'), <code key="entry">{entry}</code>],
          [say('environment'), environment],
          ...(isolation === null ? [] : [[say('isolation'), isolation] as const]),
          [say('basis'), <Basis key="basis" basis={basis} />],
          [say('created'), <When key="created" at={evaluation.createdAt} />],
          ...(finishedAt === null
            ? []
            : [[say('finished'), <When key="finished" at={finishedAt} />] as const]),
        ]}
      />
    </Section>
  );
}

function Basis({ basis }: { basis: string }) {
  return basis.startsWith('submission_') ? (
    <To href={`/scenarios/submissions/${basis}`}>{shortId(basis)}</To>
  ) : (
    <span>{shortId(basis)}</span>
  );
}
