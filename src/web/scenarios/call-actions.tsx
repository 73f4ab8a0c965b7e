import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { type Say, usePick, useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { To } from '#web/ui/to.tsx';
import { JoinButton } from './join.tsx';
import { missingParts } from './missing-parts.ts';
import type { CallView } from './views.ts';
import { words } from './words.ts';

type Call = { call: CallView };

/** The one main action of a call for whoever reads it, and one beside it. */
export function CallMain({ call }: Call) {
  const say = useWords(words);
  const { actions } = call;
  const href = `/scenarios/calls/${call.callId}`;
  if (actions.includes('publish') && call.draft !== null) {
    return missingParts(call.draft).length === 0 ? (
      <PublishButton call={call} />
    ) : (
      <ButtonLink kind="main" icon="pencil" href={`${href}/edit`}>
        {say('goOnWriting')}
      </ButtonLink>
    );
  }
  if (call.award?.certificateId) {
    return (
      <ButtonLink kind="main" icon="proof" href={`/certificates/${call.award.certificateId}`}>
        {say('certificate')}
      </ButtonLink>
    );
  }
  // Whoever may close a call owns it, and does not answer it.
  if (call.state !== 'open' || actions.includes('close')) return null;
  return (
    <>
      <ButtonLink kind="main" href={`${href}/compete`}>
        {say('compete')}
      </ButtonLink>
      {actions.includes('submit') && (
        <ButtonLink icon="upload" href={`${href}/submit`}>
          {say('submit')}
        </ButtonLink>
      )}
      {actions.includes('join') && !actions.includes('submit') && <JoinButton call={call} />}
    </>
  );
}

/** What is asked before it is done. */
export type Asked = 'close' | 'stop' | null;

/** What stands behind 更多; undefined where the reader can do nothing more. */
export function moreOfCall(
  { actions, callId }: CallView,
  say: Say<typeof words.pairs>,
  ask: (asked: Asked) => void,
): ((close: () => void) => ReactNode) | undefined {
  const some = (['edit', 'close', 'stop'] as const).filter((action) => actions.includes(action));
  if (some.length === 0) return undefined;
  const item = (asked: Asked, label: string, close: () => void) => (
    <button
      type="button"
      className="menu-item"
      onClick={() => {
        close();
        ask(asked);
      }}
    >
      {label}
    </button>
  );
  return (close) => (
    <>
      {some.includes('edit') && (
        <To href={`/scenarios/calls/${callId}/edit`} className="menu-item" onClick={close}>
          {say('edit')}
        </To>
      )}
      {some.includes('close') && item('close', say('closeNow'), close)}
      {some.includes('stop') && item('stop', say('stop'), close)}
    </>
  );
}

/** Shows what an action gave at once; events of the platform bring the rest. */
function useKeepCall() {
  const api = useApi();
  const queries = useQueryClient();
  return (call: CallView) => {
    const input = { callId: call.callId };
    queries.setQueryData(api.scenarios.getCall.queryKey({ input }), call);
    void queries.invalidateQueries({ queryKey: api.scenarios.key() });
    void queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
  };
}

function PublishButton({ call }: Call) {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const keep = useKeepCall();
  const [asking, setAsking] = useState(false);
  const publish = useMutation(api.scenarios.publishCall.mutationOptions({ onSuccess: keep }));
  const { draft } = call;
  const notice = draft?.notice;
  return (
    <>
      <Button kind="main" onClick={() => setAsking(true)}>
        {say('publish')}
      </Button>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('publishTitle')}
        verb={say('publish')}
        done={say('published')}
        final
        summary={[
          [say('title'), pick(call.title)],
          [say('metric'), draft?.metric ? pick(draft.metric.name) : '–'],
          [say('closes'), draft?.closesAt ? formatInstant(draft.closesAt) : '–'],
          [
            say('perDay'),
            draft?.limits
              ? say('submissionsMany', { count: draft.limits.submissionsPerTeamPerDay })
              : '–',
          ],
          [
            say('noticePeriod'),
            notice === undefined
              ? '–'
              : 'seconds' in notice
                ? say('seconds', { count: notice.seconds })
                : say('workingDays', { count: notice.workingDays }),
          ],
        ]}
        send={() => publish.mutateAsync({ callId: call.callId })}
      >
        <p>{say('publishAsk')}</p>
      </Ask>
    </>
  );
}

type AskedProps = Call & { asked: Asked; onEnd: () => void };

/** The questions before a call is closed early or stopped for good. */
export function CallQuestions({ call, asked, onEnd }: AskedProps) {
  const api = useApi();
  const say = useWords(words);
  const keep = useKeepCall();
  const close = useMutation(api.scenarios.closeCall.mutationOptions({ onSuccess: keep }));
  const stop = useMutation(api.scenarios.stopCall.mutationOptions({ onSuccess: keep }));
  const { callId } = call;
  return (
    <>
      <Ask
        open={asked === 'close'}
        onClose={onEnd}
        title={say('closeTitle')}
        verb={say('closeNow')}
        done={say('closedDone')}
        final
        summary={[
          [say('teams'), call.teams],
          [say('submissions'), call.submissions],
          [say('evaluating'), call.evaluating],
        ]}
        send={() => close.mutateAsync({ callId })}
      >
        <p>{say('closeAsk')}</p>
      </Ask>
      <Ask
        open={asked === 'stop'}
        onClose={onEnd}
        title={say('stopTitle')}
        verb={say('stop')}
        done={say('stoppedDone')}
        danger
        final
        reason={{ label: say('stopReason'), help: say('stopReasonHelp') }}
        send={(reason) => stop.mutateAsync({ callId, reason })}
      >
        <p>{say('stopAsk')}</p>
      </Ask>
    </>
  );
}
