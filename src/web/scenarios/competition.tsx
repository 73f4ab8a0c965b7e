import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice } from '#web/ui/plain-fields.tsx';
import { EmptyState, ErrorState, Loading } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { competeWords } from './compete-words.ts';
import { DialSlider } from './dial-slider.tsx';
import { useLeaderboard } from './leaderboard.tsx';
import { LeaderboardTable } from './leaderboard-table.tsx';
import { Outcome } from './outcome.tsx';
import { digitsOf, initialOptions } from './program-dials.ts';
import { Tries } from './tries.tsx';
import { type TurnableProgram, usePrograms } from './use-programs.ts';
import { useSubmission } from './use-submission.ts';
import type { CallView } from './views.ts';

type CompetitionProps = { call: CallView; party: { id: string; name: string } };

/** Program, dial, one click; below it what came of it, the values tried, and the leaderboard. */
export function Competition({ call, party }: CompetitionProps) {
  const say = useWords(competeWords);
  const { callId } = call;
  const board = useLeaderboard(callId);
  const seen = new Set(board.data?.rows.map(({ revisionDigest }) => revisionDigest));
  const { pending, programs } = usePrograms(seen);
  const [from] = useQueryParameter('from');
  const source = useSubmission(from, from !== '').data;
  if (pending || board.isPending || (from !== '' && source === undefined)) {
    return <Loading lines={6} />;
  }
  if (programs.length === 0) {
    return (
      <EmptyState
        what={say('noPrograms')}
        why={say('noProgramsWhy')}
        next={
          <ButtonLink kind="main" href={`/scenarios/calls/${callId}/submit`}>
            {say('submitOwn')}
          </ButtonLink>
        }
      />
    );
  }
  const begun = programs.find(
    ({ revisionDigest }) => revisionDigest === source?.program?.revisionDigest,
  );
  return (
    <Turn
      call={call}
      party={party}
      programs={programs}
      begin={begun ?? programs[0]}
      options={source?.options ?? {}}
    />
  );
}

type TurnProps = CompetitionProps & {
  programs: readonly TurnableProgram[];
  begin: TurnableProgram | undefined;
  /** Options to begin with, of the submission that is varied. */
  options: Readonly<Record<string, unknown>>;
};

function Turn({ call, party, programs, begin, options }: TurnProps) {
  const api = useApi();
  const say = useWords(competeWords);
  const pick = usePick();
  const queries = useQueryClient();
  const { callId } = call;
  const [chosen, setChosen] = useState(begin);
  const [values, setValues] = useState<Readonly<Record<string, number>>>(() =>
    numbersOf(begin, options),
  );
  const [sent, setSent] = useState<{ submissionId: string; atMs: number } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const board = useLeaderboard(callId).data;
  const submit = useMutation(api.scenarios.submitVariant.mutationOptions());
  if (chosen === undefined) return null;
  const [dial] = chosen.dials;
  const value = values[dial.key] ?? dial.initial;
  const team = call.mine.find(({ organisationId }) => organisationId === party.id);
  const left = team?.leftToday ?? call.limits?.submissionsPerTeamPerDay ?? 0;

  const choose = (repositoryId: string) => {
    const next = programs.find((program) => program.repositoryId === repositoryId);
    if (next === undefined) return;
    setChosen(next);
    setValues(initialOptions(next.dials));
  };
  const send = async () => {
    setProblem(null);
    const written = value.toFixed(digitsOf(dial.step));
    const { repositoryId, revisionDigest, entry, title } = chosen;
    const nameIn = (language: 'zh' | 'en') =>
      `${title[language].slice(0, nameCharacters)} · ${dial.key} ${written}`;
    try {
      const atMs = Date.now();
      const received = await submit.mutateAsync({
        callId,
        organisationId: party.id,
        from: { program: { repositoryId, revisionDigest, ...(entry ? { entry } : {}) } },
        name: { zh: nameIn('zh'), en: nameIn('en') },
        options: { ...initialOptions(chosen.dials), ...values },
        idempotencyKey: crypto.randomUUID(),
      });
      const input = { submissionId: received.submissionId };
      queries.setQueryData(api.scenarios.getSubmission.queryKey({ input }), received);
      void queries.invalidateQueries({ queryKey: api.scenarios.listSubmissions.key() });
      void queries.invalidateQueries({ queryKey: api.scenarios.getCall.key() });
      setSent({ submissionId: received.submissionId, atMs });
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return (
    <div className="compete">
      <div className="compete-turn">
        <Section title={say('turn')}>
          <div className="compete-form">
            <PlainChoice
              name="program"
              label={say('program')}
              help={pick(chosen.summary)}
              value={chosen.repositoryId}
              onChange={choose}
              options={programs.map(({ repositoryId, title }) => ({
                value: repositoryId,
                label: pick(title),
              }))}
            />
            <DialSlider
              dial={dial}
              value={value}
              onChange={(next) => setValues({ ...values, [dial.key]: next })}
            />
            <div className="compete-go">
              <Button
                kind="main"
                busy={submit.isPending}
                disabled={left === 0}
                onClick={() => void send()}
              >
                {say('go')}
              </Button>
              <span className="quiet">
                {left === 0 ? say('noneLeft') : say('left', { count: left })}
              </span>
            </div>
            <p className="quiet">
              {say('onBehalf', { name: team?.name ?? party.name })} ·{' '}
              <To href={`/hub/${chosen.repositoryId}`}>{say('openCard')}</To>
            </p>
            {problem !== null && <ErrorState problem={problem} />}
          </div>
        </Section>
        {sent !== null && board !== undefined && (
          <Outcome key={sent.submissionId} {...sent} board={board} />
        )}
        <Tries callId={callId} dial={dial} revisionDigest={chosen.revisionDigest} board={board} />
      </div>
      {board !== undefined && board.rows.length > 0 && (
        <LeaderboardTable
          board={board}
          mayReadAll={false}
          {...(sent === null ? {} : { marked: sent.submissionId })}
        />
      )}
      <p className="quiet">{say('aboutHidden')}</p>
    </div>
  );
}

const nameCharacters = 40;

/** Every dial at its default, or where the varied submission had it. */
function numbersOf(
  program: TurnableProgram | undefined,
  options: Readonly<Record<string, unknown>>,
): Record<string, number> {
  const values = initialOptions(program?.dials ?? []);
  for (const key of Object.keys(values)) {
    const given = options[key];
    if (typeof given === 'number') values[key] = given;
  }
  return values;
}
