import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { callsOf } from '#verify/statement.ts';
import { useApi } from '#web/api.ts';
import { formatInstant, formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { People } from '#web/ui/side.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import { AddCredit, EndAgreement, SignAgreement } from './agreement-asks.tsx';
import './exchange.css';
import { moneyText } from './money.ts';
import { SettleButton } from './settle-button.tsx';
import { Signatures } from './signatures.tsx';
import { Terms } from './terms.tsx';
import { type AgreementView, agreementMark, hasStatement, statementHref } from './views.ts';
import { words } from './words.ts';

/** One agreement: its terms in plain words, both signatures, where it stands and why. */
export function AgreementPage() {
  const api = useApi();
  const agreementId = useParameter('agreementId');
  const query = useQuery(api.exchange.getAgreement.queryOptions({ input: { agreementId } }));
  useLive(
    query.data === undefined ? undefined : `exchange.agreement/${agreementId}`,
    api.exchange.key(),
  );
  return (
    <LoadedPage query={query}>{(agreement) => <Agreement agreement={agreement} />}</LoadedPage>
  );
}

type Asking = 'sign' | 'end' | 'add_credit' | null;

function Agreement({ agreement }: { agreement: AgreementView }) {
  const say = useWords(words);
  const [asking, setAsking] = useState<Asking>(null);
  const { agreementId, buyerId, buyerName, sellerId, sellerName, creditMinor } = agreement;
  const close = () => setAsking(null);
  return (
    <>
      <AgreementHead agreement={agreement} ask={setAsking} />
      <PageBody
        side={
          <>
            <People
              people={[
                { name: buyerName, role: say('buyer'), href: `/parties/${buyerId}` },
                { name: sellerName, role: say('seller'), href: `/parties/${sellerId}` },
              ]}
            />
            <FactsOf subjectType="exchange.agreement" subject={agreementId} />
          </>
        }
      >
        {hasStatement(agreement.state) && <Standing agreement={agreement} />}
        <Section title={say('termsHead')}>
          <Terms
            {...agreement}
            prepaid={{ creditMinor, calls: callsOf(creditMinor, agreement.priceMinor) }}
          />
          <p className="exchange-after">
            <To href={`/exchange/offers/${agreement.offerId}`}>{say('openOffer')}</To>
          </p>
        </Section>
        <Signatures agreement={agreement} />
      </PageBody>
      <SignAgreement agreement={agreement} open={asking === 'sign'} onClose={close} />
      <EndAgreement agreement={agreement} open={asking === 'end'} onClose={close} />
      <AddCredit agreement={agreement} open={asking === 'add_credit'} onClose={close} />
    </>
  );
}

function AgreementHead(props: { agreement: AgreementView; ask: (what: Asking) => void }) {
  const { agreement, ask } = props;
  const say = useWords(words);
  const pick = usePick();
  const { agreementId, state, actions } = agreement;
  const rest = (['add_credit', 'end'] as const).filter((action) => actions.includes(action));
  return (
    <PageHead
      name={pick(agreement.title)}
      parent={{ name: say('agreements'), href: '/exchange/agreements' }}
      state={<StateTag state={agreementMark[state]} label={say(state)} />}
      why={<Why agreement={agreement} />}
      note={<Note text={{ zh: words.pairs.simulated[0], en: words.pairs.simulated[1] }} />}
      main={
        <>
          {actions.includes('sign') && (
            <Button kind="main" icon="check" onClick={() => ask('sign')}>
              {say('sign')}
            </Button>
          )}
          {hasStatement(state) && (
            <ButtonLink kind="main" href={statementHref(agreementId)}>
              {say('openStatement')}
            </ButtonLink>
          )}
        </>
      }
      {...(rest.length === 0
        ? {}
        : {
            more: (close: () => void) =>
              rest.map((action) => (
                <button
                  key={action}
                  type="button"
                  className="menu-item"
                  onClick={() => {
                    close();
                    ask(action);
                  }}
                >
                  {say(action === 'end' ? 'end' : 'addCredit')}
                </button>
              )),
          })}
    />
  );
}

function Why({ agreement }: { agreement: AgreementView }) {
  const say = useWords(words);
  const { state, stateReason, endReason, validUntil } = agreement;
  if (state === 'active') return say('activeWhy', { at: formatInstant(validUntil ?? '') });
  if (state !== 'ended') return say(`${state}Why`);
  if (stateReason === 'ended_by_buyer' || stateReason === 'ended_by_seller') {
    return say(stateReason, { reason: endReason ?? '' });
  }
  return say('expired');
}

function Standing({ agreement }: { agreement: AgreementView }) {
  const say = useWords(words);
  const { agreementId, callsUsed, callsAllowed, callsSettled, remainingMinor } = agreement;
  return (
    <Section
      title={say('standing')}
      action={agreement.actions.includes('settle') && <SettleButton agreementId={agreementId} />}
    >
      <Properties
        rows={[
          [
            say('callsUsed'),
            say('usedOf', { used: formatNumber(callsUsed), allowed: formatNumber(callsAllowed) }),
          ],
          [say('calls'), formatNumber(callsSettled)],
          [say('remaining'), moneyText(remainingMinor, agreement.currency)],
          [
            say('validUntil'),
            agreement.validUntil === null ? '–' : <When key="until" at={agreement.validUntil} />,
          ],
        ]}
      />
    </Section>
  );
}
