import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { type Evaluation, markOf } from './evaluation-state.ts';
import { words } from './words.ts';

type Deed = 'repeat' | 'attest' | 'disclose';

/** The head of an evaluation, with what the reader may do. */
export function EvaluationHead({ evaluation }: { evaluation: Evaluation }) {
  const say = useWords(words);
  const [asking, setAsking] = useState<Deed | null>(null);
  const { evaluationId, actions, state, datasetKind } = evaluation;
  const may = (action: Evaluation['actions'][number]) => actions.includes(action);
  const deeds = (['attest', 'repeat', 'disclose'] as const).filter(may);
  const [first, ...others] = deeds;
  const evidence = `/api/v1/assurance/evaluations/${evaluationId}/evidence`;
  const predictions = `/api/v1/assurance/evaluations/${evaluationId}/predictions`;
  const hasMore = others.length > 0 || may('download_predictions') || (first && may('evidence'));
  return (
    <>
      <PageHead
        name={`${say('evaluation')} ${evaluationId.slice(-6)}`}
        parent={{ name: say('title'), href: '/assurance' }}
        state={
          <>
            <StateTag state={markOf(state)} label={say(state)} />
            <span className="evaluation-kind">{say(datasetKind)}</span>
          </>
        }
        why={<Why evaluation={evaluation} />}
        main={
          first === undefined ? (
            may('evidence') && (
              <ButtonLink icon="download" href={evidence} download={`${evaluationId}.json`}>
                {say('evidence')}
              </ButtonLink>
            )
          ) : (
            <Button kind="main" onClick={() => setAsking(first)}>
              {say(first)}
            </Button>
          )
        }
        {...(hasMore
          ? {
              more: (close: () => void) => (
                <>
                  {others.map((deed) => (
                    <button
                      key={deed}
                      type="button"
                      className="menu-item"
                      onClick={() => {
                        close();
                        setAsking(deed);
                      }}
                    >
                      {say(deed)}
                    </button>
                  ))}
                  {may('download_predictions') && (
                    <a className="menu-item" href={predictions} download onClick={close}>
                      {say('predictions')}
                    </a>
                  )}
                  {first !== undefined && may('evidence') && (
                    <a
                      className="menu-item"
                      href={evidence}
                      download={`${evaluationId}.json`}
                      onClick={close}
                    >
                      {say('evidence')}
                    </a>
                  )}
                </>
              ),
            }
          : {})}
      />
      <DeedSheet evaluationId={evaluationId} deed={asking} onClose={() => setAsking(null)} />
    </>
  );
}

function DeedSheet({
  evaluationId,
  deed,
  onClose,
}: {
  evaluationId: string;
  deed: Deed | null;
  onClose: () => void;
}) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const router = useRouter();
  const shown = deed ?? 'repeat';
  const send = async () => {
    const input = { evaluationId };
    if (shown === 'disclose') await api.assurance.discloseEvaluation.call(input);
    else {
      const started =
        shown === 'repeat'
          ? await api.assurance.repeatEvaluation.call(input)
          : await api.assurance.attestScore.call(input);
      router.history.push(`/assurance/evaluations/${started.evaluationId}`);
    }
    await queries.invalidateQueries({ queryKey: api.assurance.key() });
  };
  return (
    <Ask
      open={deed !== null}
      onClose={onClose}
      title={say(shown)}
      verb={say(shown)}
      danger={shown === 'disclose'}
      done={say(`${shown}Done`)}
      send={send}
    >
      <p>{say(`${shown}Why`)}</p>
    </Ask>
  );
}

function Why({ evaluation }: { evaluation: Evaluation }) {
  const say = useWords(words);
  const pick = usePick();
  const { state, reason, sealed, repeatOf } = evaluation;
  const parts = [
    reason === null && state !== 'failed' && state !== 'stopped' ? say(`${state}Why`) : '',
    reason === null ? '' : pick(reason.sentence),
    sealed && state === 'done' ? say('sealedWhy') : '',
    repeatOf === null ? '' : say('repeatOf'),
  ].filter((part) => part !== '');
  return (
    <>
      {parts.join(' ')}{' '}
      {repeatOf !== null && (
        <To href={`/assurance/evaluations/${repeatOf}`}>{say('openOriginal')}</To>
      )}
    </>
  );
}
