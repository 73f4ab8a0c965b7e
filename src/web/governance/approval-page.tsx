import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { districtNames } from '#web/home/district-names.ts';
import { type Say, usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { Digest } from '#web/ui/copy-text.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import './governance.css';
import { ApprovalState } from './approval-state.tsx';
import { TierTag } from './tier-tag.tsx';
import { type Approval, approvalState } from './views.ts';
import { words } from './words.ts';

/** One approval: what may run, where and how far by itself, and whether it stands. */
export function ApprovalPage() {
  const api = useApi();
  const approvalId = useParameter('approvalId');
  const query = useQuery(api.governance.getApproval.queryOptions({ input: { approvalId } }));
  const topic = query.data === undefined ? undefined : `governance.approval/${approvalId}`;
  useLive(topic, api.governance.getApproval.key());
  return <LoadedPage query={query}>{(found) => <Found approval={found} />}</LoadedPage>;
}

function whyOf(approval: Approval, say: Say<typeof words.pairs>): string {
  const state = approvalState(approval, Date.now());
  const until = formatInstant(approval.validUntil);
  if (state === 'approved') return say('approvedWhy', { until });
  if (state === 'expired') return say('expiredWhy', { until });
  if (state === 'requested') return say('requestedWhy');
  if (state === 'withdrawn') {
    return say('withdrawnWhy', { reason: approval.withdrawnReason ?? '' });
  }
  return say(refusals[approval.refusal ?? 'rejected']);
}

const refusals = {
  rejected: 'refusalRejected',
  returned: 'refusalReturned',
  case_withdrawn: 'refusalCase_withdrawn',
  certificate_revoked: 'refusalCertificate_revoked',
  certificate_expired: 'refusalCertificate_expired',
} as const;

function Found({ approval }: { approval: Approval }) {
  const say = useWords(words);
  const [asking, setAsking] = useState(false);
  const { state, programId, actions, caseId } = approval;
  const withdraws = actions.includes('withdraw');
  return (
    <>
      <PageHead
        name={approval.purpose}
        parent={{ name: say('approvals'), href: '/governance/approvals' }}
        state={<ApprovalState approval={approval} />}
        why={whyOf(approval, say)}
        main={
          state === 'approved' && programId !== null ? (
            <ButtonLink kind="main" icon="forward" href={`/serving?program=${programId}`}>
              {say('deploy')}
            </ButtonLink>
          ) : (
            <ButtonLink icon="forward" href={`/cases/${caseId}`}>
              {say('toCase')}
            </ButtonLink>
          )
        }
        {...(withdraws
          ? {
              more: (close: () => void) => (
                <button
                  type="button"
                  className="menu-item"
                  onClick={() => {
                    close();
                    setAsking(true);
                  }}
                >
                  {say('withdraw')}
                </button>
              ),
            }
          : {})}
      />
      <PageBody side={<FactsOf subjectType="governance.approval" subject={approval.approvalId} />}>
        <About approval={approval} />
        <Exactly approval={approval} />
      </PageBody>
      {withdraws && <Withdraw approval={approval} open={asking} onClose={() => setAsking(false)} />}
    </>
  );
}

function About({ approval }: { approval: Approval }) {
  const say = useWords(words);
  const pick = usePick();
  const names = approval.districts.map((code) =>
    pick(districtNames[code] ?? { zh: code, en: code }),
  );
  return (
    <Section title={say('approval')}>
      <Properties
        rows={[
          [
            say('use'),
            <To key="use" href={`/governance/assessments/${approval.assessmentId}`}>
              {approval.use}
            </To>,
          ],
          [say('tier'), <TierTag key="tier" tier={approval.tier} />],
          [say('automation'), say(approval.automation)],
          [say('districts'), names.length === 0 ? say('wholeCity') : names.join(' · ')],
          [
            say('certificate'),
            <To key="certificate" href={`/certificates/${approval.certificateId}`}>
              {pick(approval.title)}
            </To>,
          ],
          [say('owner'), <PartyName key="owner" id={approval.ownerId} />],
          [say('validUntil'), <When key="until" at={approval.validUntil} />],
          [say('requestedAt'), <When key="at" at={approval.requestedAt} />],
        ]}
      />
    </Section>
  );
}

// Digests show when somebody asks for them.
function Exactly({ approval }: { approval: Approval }) {
  const say = useWords(words);
  const [shown, setShown] = useState(false);
  const { revisionDigest, environment, environmentDigest, optionsDigest } = approval.program;
  return (
    <Section
      title={say('exactly')}
      action={
        shown ? null : (
          <Button kind="quiet" icon="proof" onClick={() => setShown(true)}>
            {say('showDigests')}
          </Button>
        )
      }
    >
      <p className="governance-quiet">{say('exactlyWhy')}</p>
      {shown && (
        <Properties
          rows={[
            [say('revision'), <Digest key="revision" value={revisionDigest} />],
            [
              say('environment'),
              <span key="environment">
                {environment} <Digest value={environmentDigest} />
              </span>,
            ],
            [say('optionsDigest'), <Digest key="options" value={optionsDigest} />],
          ]}
        />
      )}
    </Section>
  );
}

type WithdrawProps = { approval: Approval; open: boolean; onClose: () => void };

function Withdraw({ approval, open, onClose }: WithdrawProps) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const { approvalId } = approval;
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('withdraw')}
      verb={say('withdraw')}
      done={say('withdrawn')}
      danger
      final
      reason={{ label: say('reason'), help: say('reasonHelp') }}
      send={async (reason) => {
        await api.governance.withdrawApproval.call({ approvalId, reason });
        await queries.invalidateQueries({ queryKey: api.governance.key() });
        await queries.invalidateQueries({ queryKey: api.serving.key() });
        await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
      }}
    >
      <p>{say('withdrawWhy')}</p>
    </Ask>
  );
}
