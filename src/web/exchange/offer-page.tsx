import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { Ask } from '#web/ui/ask.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { Note } from '#web/ui/note.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { TrustDrawer } from '#web/ui/trust-drawer.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import './exchange.css';
import { moneyText } from './money.ts';
import { Propose } from './propose.tsx';
import { Terms } from './terms.tsx';
import { type OfferView, offerMark } from './views.ts';
import { words } from './words.ts';

/** One offer: what it is, what it costs, under which terms, and how one takes it up. */
export function OfferPage() {
  const api = useApi();
  const offerId = useParameter('offerId');
  const query = useQuery(api.exchange.getOffer.queryOptions({ input: { offerId } }));
  useLive(
    query.data === undefined ? undefined : `exchange.offer/${offerId}`,
    api.exchange.getOffer.key(),
  );
  return <LoadedPage query={query}>{(offer) => <Offer offer={offer} />}</LoadedPage>;
}

function Offer({ offer }: { offer: OfferView }) {
  const say = useWords(words);
  const pick = usePick();
  const { offerId, state, priceMinor, currency, providerName, actions } = offer;
  const [asking, setAsking] = useState(false);
  const price = moneyText(priceMinor, currency);
  const certificate = useCertificate(offer.program.revisionDigest);
  return (
    <>
      <PageHead
        name={pick(offer.title)}
        parent={{ name: say('market'), href: '/exchange' }}
        state={<StateTag state={offerMark[state]} label={say(state)} />}
        why={
          state === 'open' ? say('openWhy', { price, provider: providerName }) : say('withdrawnWhy')
        }
        note={<Note text={{ zh: words.pairs.simulated[0], en: words.pairs.simulated[1] }} />}
        {...(actions.includes('withdraw')
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
      <PageBody side={<FactsOf subjectType="exchange.offer" subject={offerId} />}>
        <Section title={say('about')} action={<OfferTrust offer={offer} />}>
          <p>{pick(offer.summary)}</p>
          <Properties
            rows={[
              [
                say('provider'),
                <To key="provider" href={`/parties/${offer.providerId}`}>
                  {providerName}
                </To>,
              ],
              [say('price'), say('perCall', { price })],
              [say('published'), <When key="published" at={offer.publishedAt} />],
              ...(certificate === undefined
                ? []
                : [
                    [
                      say('certificate'),
                      <To key="certificate" href={`/certificates/${certificate.certificateId}`}>
                        {pick(certificate.title)}
                      </To>,
                    ] as const,
                  ]),
            ]}
          />
        </Section>
        <Section title={say('termsHead')}>
          <Terms {...offer} />
        </Section>
        {actions.includes('propose') && <Propose offer={offer} />}
        {state === 'open' && offer.buyers.length === 0 && !actions.includes('withdraw') && (
          <p className="quiet">{say('signInToBuy')}</p>
        )}
      </PageBody>
      <Withdraw offerId={offerId} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

/** The newest valid certificate of the very revision that is sold. */
function useCertificate(revisionDigest: string) {
  const api = useApi();
  const input = { revisionDigest, state: 'valid', limit: 1 } as const;
  return useQuery(api.assurance.listCertificates.queryOptions({ input })).data?.items[0];
}

function OfferTrust({ offer }: { offer: OfferView }) {
  const say = useWords(words);
  const { program, factId, publishedAt } = offer;
  return (
    <TrustDrawer
      trust={{
        sentence: say('programTrust'),
        factId,
        at: publishedAt,
        level: 'included',
        digests: [
          { name: say('programDigest'), value: program.programDigest },
          { name: say('revisionDigest'), value: program.revisionDigest },
          { name: say('environmentDigest'), value: program.environmentDigest },
          { name: say('optionsDigest'), value: program.optionsDigest },
        ],
      }}
    />
  );
}

function Withdraw(props: { offerId: string; open: boolean; onClose: () => void }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  return (
    <Ask
      open={props.open}
      onClose={props.onClose}
      title={say('withdraw')}
      verb={say('withdraw')}
      done={say('withdrawDone')}
      danger
      send={async () => {
        await api.exchange.withdrawOffer.call({ offerId: props.offerId });
        await queries.invalidateQueries({ queryKey: api.exchange.key() });
        await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
      }}
    >
      <p>{say('withdrawWhy')}</p>
    </Ask>
  );
}
