import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { Assign } from './assign.tsx';
import { CaseHistory } from './case-history.tsx';
import { CaseState } from './case-state.tsx';
import { CaseSteps } from './case-steps.tsx';
import './cases.css';
import { Decide } from './decide.tsx';
import { NoticePanel } from './notice-panel.tsx';
import { Objections } from './objections.tsx';
import { useKeepCase } from './use-keep-case.ts';
import type { CaseView } from './views.ts';
import { words } from './words.ts';

/** A case: where it stands and why, what the reader can do, its steps, objections and history. */
export function CasePage() {
  const api = useApi();
  const caseId = useParameter('caseId');
  const query = useQuery(api.cases.getCase.queryOptions({ input: { caseId } }));
  const topic = query.data === undefined ? undefined : `cases.case/${caseId}`;
  useLive(topic, api.cases.getCase.key());
  useLive(topic, api.kernel.listFacts.key());
  return <LoadedPage query={query}>{(found) => <Case found={found} />}</LoadedPage>;
}

function Case({ found }: { found: CaseView }) {
  const say = useWords(words);
  const pick = usePick();
  const [withdrawing, setWithdrawing] = useState(false);
  const [assigning, setAssigning] = useState(false);
  const { actions } = found;
  const more = actions.includes('withdraw') || actions.includes('assign');
  return (
    <>
      <PageHead
        name={pick(found.title)}
        parent={{ name: say('cases'), href: '/cases' }}
        state={<CaseState {...found} />}
        why={<Why found={found} />}
        main={
          <ButtonLink icon="forward" href={found.link}>
            {say('toSubject')}
          </ButtonLink>
        }
        {...(more
          ? {
              more: (close: () => void) => (
                <>
                  {actions.includes('assign') && (
                    <button
                      type="button"
                      className="menu-item"
                      onClick={() => {
                        close();
                        setAssigning(true);
                      }}
                    >
                      {say('assign')}
                    </button>
                  )}
                  {actions.includes('withdraw') && (
                    <button
                      type="button"
                      className="menu-item"
                      onClick={() => {
                        close();
                        setWithdrawing(true);
                      }}
                    >
                      {say('withdraw')}
                    </button>
                  )}
                </>
              ),
            }
          : {})}
      />
      <Withdraw found={found} open={withdrawing} onClose={() => setWithdrawing(false)} />
      <Assign found={found} open={assigning} onClose={() => setAssigning(false)} />
      <PageBody side={<Side found={found} />}>
        <NoticePanel found={found} />
        {actions.includes('decide') && found.stepId !== null && (
          <Decide key={found.stepId} found={found} />
        )}
        <CaseSteps found={found} />
        <Objections found={found} />
        <CaseHistory found={found} />
      </PageBody>
    </>
  );
}

function Why({ found }: { found: CaseView }) {
  const say = useWords(words);
  const pick = usePick();
  const { state, outcome, closedAt, stepTitle, dueAt, mine, steps } = found;
  if (state === 'closed') {
    return say('endedAs', {
      at: closedAt === null ? '–' : formatInstant(closedAt),
      outcome: say(outcome ?? 'closed'),
    });
  }
  const at = dueAt === null ? '–' : formatInstant(dueAt);
  if (steps.some((step) => step.state === 'open' && step.kind === 'notice')) {
    return say('noticeRuns', { at });
  }
  const step = stepTitle === null ? '–' : pick(stepTitle);
  return say(mine ? 'waitsForYou' : 'waitsFor', { step, at });
}

function Side({ found }: { found: CaseView }) {
  const say = useWords(words);
  const pick = usePick();
  return (
    <>
      <Section title={say('about')}>
        <Properties
          rows={[
            [say('procedure'), pick(found.procedureTitle)],
            [say('owner'), <PartyName key="owner" id={found.ownerId} />],
            ...(found.openedBy === null
              ? []
              : [[say('openedBy'), <PartyName key="by" id={found.openedBy} />] as const]),
            [say('opened'), <When key="at" at={found.openedAt} />],
          ]}
        />
      </Section>
      <FactsOf subjectType="cases.case" subject={found.caseId} />
    </>
  );
}

type SheetProps = { found: CaseView; open: boolean; onClose: () => void };

function Withdraw({ found, open, onClose }: SheetProps) {
  const api = useApi();
  const say = useWords(words);
  const keep = useKeepCase();
  const withdraw = useMutation(api.cases.withdrawCase.mutationOptions({ onSuccess: keep }));
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('withdrawTitle')}
      verb={say('withdraw')}
      done={say('withdrawnDone')}
      danger
      final
      reason={{ label: say('reason'), help: say('reasonHelp') }}
      send={(reason) => withdraw.mutateAsync({ caseId: found.caseId, reason })}
    >
      <p>{say('withdrawWhy')}</p>
    </Ask>
  );
}
