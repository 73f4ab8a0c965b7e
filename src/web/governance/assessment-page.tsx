import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import './governance.css';
import { codesOf } from './answers.ts';
import { RequestApproval } from './request-approval.tsx';
import { TierTag } from './tier-tag.tsx';
import type { Assessment } from './views.ts';
import { words } from './words.ts';

/** One assessment: its tier, the rules that decided with their sources, what can be done next. */
export function AssessmentPage() {
  const api = useApi();
  const assessmentId = useParameter('assessmentId');
  const query = useQuery(api.governance.getAssessment.queryOptions({ input: { assessmentId } }));
  const topic = query.data === undefined ? undefined : `governance.assessment/${assessmentId}`;
  useLive(topic, api.governance.getAssessment.key());
  return <LoadedPage query={query}>{(found) => <Found assessment={found} />}</LoadedPage>;
}

const whys = {
  minimal: 'minimalWhy',
  limited: 'limitedWhy',
  high: 'highWhy',
  prohibited: 'prohibitedWhy',
} as const;

function Found({ assessment }: { assessment: Assessment }) {
  const say = useWords(words);
  const pick = usePick();
  const [asking, setAsking] = useState(false);
  const { assessmentId, tier, title, approvalId, actions, certificateId } = assessment;
  return (
    <>
      <PageHead
        name={assessment.use}
        parent={{ name: say('assessments'), href: '/governance' }}
        state={<TierTag tier={tier} />}
        why={say(whys[tier])}
        main={
          actions.includes('request_approval') ? (
            <Button kind="main" onClick={() => setAsking(true)}>
              {say('request')}
            </Button>
          ) : (
            approvalId !== null && (
              <ButtonLink icon="forward" href={`/governance/approvals/${approvalId}`}>
                {say('toApproval')}
              </ButtonLink>
            )
          )
        }
      />
      <PageBody
        side={
          <>
            <Section title={say('certificate')}>
              <Properties
                rows={[
                  [
                    say('certificate'),
                    <To key="certificate" href={`/certificates/${certificateId}`}>
                      {pick(title)}
                    </To>,
                  ],
                  [say('owner'), <PartyName key="owner" id={assessment.ownerId} />],
                  [say('assessedAt'), <When key="at" at={assessment.assessedAt} />],
                  [say('visible'), say(assessment.published ? 'published' : 'unpublished')],
                  [say('rulesVersion'), assessment.rulesVersion],
                ]}
              />
            </Section>
            <FactsOf subjectType="governance.assessment" subject={assessmentId} />
          </>
        }
      >
        <Rules assessment={assessment} decided />
        <Rules assessment={assessment} decided={false} />
        <Answers assessment={assessment} />
      </PageBody>
      <RequestApproval assessment={assessment} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

function Rules({ assessment, decided }: { assessment: Assessment; decided: boolean }) {
  const say = useWords(words);
  const pick = usePick();
  const rules = assessment.rules.filter((rule) => rule.decided === decided);
  if (rules.length === 0) return null;
  return (
    <Section title={say(decided ? 'rulesDecided' : 'rulesToo')}>
      <ol className="rules">
        {rules.map(({ ruleId, tier, text, article, source }) => (
          <li key={ruleId}>
            <p>
              <TierTag tier={tier} /> {pick(text)}
            </p>
            <p>
              <a href={source.url} rel="noreferrer">
                {pick(source.title)}
              </a>{' '}
              {article} · {say(source.standing)}
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Answers({ assessment }: { assessment: Assessment }) {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const { data: sheet } = useQuery(api.governance.getAnswerSheet.queryOptions({ input: {} }));
  if (sheet === undefined) return null;
  return (
    <Section title={say('answers')}>
      <Properties
        rows={sheet.questions.map(({ name, title, options }) => {
          const codes = codesOf([assessment.answers[name]].flat());
          const chosen = options.filter(({ code }) => codes.includes(code));
          const said = chosen.map((option) => pick(option.title)).join(' · ');
          return [pick(title), said === '' ? say('nothing') : said] as const;
        })}
      />
    </Section>
  );
}
