import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageBody } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { CallAbout } from './call-about.tsx';
import { type Asked, CallMain, CallQuestions, moreOfCall } from './call-actions.tsx';
import { CallStateTag } from './call-columns.tsx';
import { CallSide } from './call-side.tsx';
import { CallSubmissions } from './call-submissions.tsx';
import { CallTeams } from './call-teams.tsx';
import { DraftPart } from './draft-part.tsx';
import { Leaderboard } from './leaderboard.tsx';
import './scenarios.css';
import type { CallView } from './views.ts';
import { words } from './words.ts';

/** A call: its state and why, its terms, leaderboard, submissions and teams. */
export function CallPage() {
  const api = useApi();
  const callId = useParameter('callId');
  const query = useQuery(api.scenarios.getCall.queryOptions({ input: { callId } }));
  const topic = query.data === undefined ? undefined : `scenarios.call/${callId}`;
  useLive(topic, api.scenarios.getCall.key());
  useLive(topic, api.kernel.listFacts.key());
  return <LoadedPage query={query}>{(call) => <CallParts call={call} />}</LoadedPage>;
}

function CallParts({ call }: { call: CallView }) {
  const say = useWords(words);
  const pick = usePick();
  const part = useParameter('part');
  const href = `/scenarios/calls/${call.callId}`;
  const [asked, setAsked] = useState<Asked>(null);
  const more = moreOfCall(call, say, setAsked);
  return (
    <>
      <PageHead
        name={pick(call.title)}
        parent={{ name: pick(call.scenarioTitle), href: `/scenarios/${call.scenarioId}` }}
        state={<CallStateTag state={call.state} />}
        why={<Why call={call} />}
        main={<CallMain call={call} />}
        {...(more === undefined ? {} : { more })}
        {...(call.simulated === null ? {} : { note: <Note text={call.simulated} /> })}
      />
      <CallQuestions call={call} asked={asked} onEnd={() => setAsked(null)} />
      <PageTabs
        label={say('callParts')}
        tabs={[
          { name: say('task'), href },
          { name: say('leaderboard'), href: `${href}/leaderboard` },
          { name: say('submissions'), href: `${href}/submissions`, count: call.submissions },
          { name: say('teams'), href: `${href}/teams`, count: call.teams },
        ]}
      />
      <PageBody side={<CallSide call={call} />}>
        {part === 'leaderboard' && <Leaderboard call={call} />}
        {part === 'submissions' && <CallSubmissions call={call} />}
        {part === 'teams' && <CallTeams call={call} />}
        {part === '' && (
          <>
            <DraftPart call={call} />
            <CallAbout call={call} />
          </>
        )}
      </PageBody>
    </>
  );
}

/** Why the call is in its state, in one sentence. */
function Why({ call }: { call: CallView }) {
  const say = useWords(words);
  const { state, opensAt, closesAt, evaluating, award, stopReason } = call;
  const at = (instant: string | null) => (instant === null ? '–' : formatInstant(instant));
  switch (state) {
    case 'scheduled':
      return say('scheduledWhy', { at: at(opensAt) });
    case 'open':
      return say('openWhy', { at: at(closesAt) });
    case 'closed':
      return say('closedWhy', { count: evaluating });
    case 'awarded':
      return say('awardedWhy', { team: award?.teamName ?? '–' });
    case 'stopped':
      return say('stoppedWhy', { reason: stopReason ?? '–' });
    default:
      return say(`${state}Why`);
  }
}
