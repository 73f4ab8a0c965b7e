import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { type State, StateTag } from '#web/ui/state-tag.tsx';
import { When } from '#web/ui/when.tsx';
import { useKeepCase } from './use-keep-case.ts';
import { useNames } from './use-names.ts';
import type { CaseView, ObjectionView } from './views.ts';
import { words } from './words.ts';

const marks: Record<ObjectionView['state'], State> = {
  open: 'waiting',
  upheld: 'done',
  dismissed: 'failed',
  withdrawn: 'stopped',
  lapsed: 'expired',
};

/** The objections that the reader may see, each with its reason and what was decided. */
export function Objections({ found }: { found: CaseView }) {
  const say = useWords(words);
  const hasNotice = found.steps.some(({ kind }) => kind === 'notice');
  if (!hasNotice && found.objections.length === 0) return null;
  return (
    <Section title={say('objections')}>
      {found.objections.length === 0 && <p className="quiet">{say('noObjections')}</p>}
      <ul className="objections">
        {found.objections.map((objection) => (
          <Objection key={objection.objectionId} objection={objection} found={found} />
        ))}
      </ul>
    </Section>
  );
}

function Objection({ objection, found }: { objection: ObjectionView; found: CaseView }) {
  const say = useWords(words);
  const { account } = useSession();
  const { state, raisedBy, raisedAt, reason, decisionReason, decidedBy } = objection;
  const nameOf = useNames(found);
  const own = raisedBy === account?.id;
  return (
    <li>
      <p className="objection-head">
        <StateTag state={marks[state]} label={say(state === 'open' ? 'objectionOpen' : state)} />
        <span>{nameOf(raisedBy)}</span>
        <span className="quiet">
          <When at={raisedAt} />
        </span>
      </p>
      <blockquote>{reason}</blockquote>
      {decisionReason !== null && (
        <blockquote className="objection-answer">
          {decidedBy !== null && <strong>{nameOf(decidedBy)}</strong>} {decisionReason}
        </blockquote>
      )}
      {state === 'open' && (
        <div className="row">
          {own && <TakeBack objectionId={objection.objectionId} />}
          {found.mine && !own && <Answer objection={objection} />}
        </div>
      )}
    </li>
  );
}

function Answer({ objection }: { objection: ObjectionView }) {
  const api = useApi();
  const say = useWords(words);
  const keep = useKeepCase();
  const [asked, setAsked] = useState<'upheld' | 'dismissed' | null>(null);
  const decide = useMutation(api.cases.decideObjection.mutationOptions({ onSuccess: keep }));
  const { stepId, objectionId } = objection;
  const upholds = asked === 'upheld';
  return (
    <>
      <Button onClick={() => setAsked('dismissed')}>{say('dismiss')}</Button>
      <Button onClick={() => setAsked('upheld')}>{say('uphold')}</Button>
      <Ask
        open={asked !== null}
        onClose={() => setAsked(null)}
        title={say(upholds ? 'upholdTitle' : 'dismissTitle')}
        verb={say(upholds ? 'uphold' : 'dismiss')}
        done={say('objectionDecided')}
        final
        summary={[[say('objections'), objection.reason]]}
        reason={{ label: say('reason'), help: say('reasonHelp') }}
        send={async (reason) => {
          if (asked !== null) {
            await decide.mutateAsync({ stepId, objectionId, decision: asked, reason });
          }
        }}
      >
        <p>{say(upholds ? 'upholdWhy' : 'dismissWhy')}</p>
      </Ask>
    </>
  );
}

function TakeBack({ objectionId }: { objectionId: string }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const withdraw = useMutation(
    api.cases.withdrawObjection.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.cases.key() }),
    }),
  );
  return (
    <>
      <Button onClick={() => setAsking(true)}>{say('takeBack')}</Button>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('takeBackTitle')}
        verb={say('takeBack')}
        done={say('takenBack')}
        final
        send={() => withdraw.mutateAsync({ objectionId })}
      />
    </>
  );
}
