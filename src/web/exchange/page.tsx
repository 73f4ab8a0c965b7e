import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import './exchange.css';
import { ExchangeTabs } from './exchange-tabs.tsx';
import { moneyText, shareText } from './money.ts';
import { type OfferRow, offerMark } from './views.ts';
import { words } from './words.ts';

const states = ['open', 'withdrawn'] as const;

/** The market: what is on sale, open to everybody. */
export function MarketPage() {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  const { account } = useSession();
  const sells = account !== null && account.organisations.length > 0;
  return (
    <>
      <PageHead
        name={say('market')}
        why={say('marketWhy')}
        main={
          sells && (
            <ButtonLink icon="plus" href="/exchange/offers/new">
              {say('newOffer')}
            </ButtonLink>
          )
        }
      />
      <ExchangeTabs />
      <DataList<OfferRow>
        name={say('market')}
        count={(count) => say('countOffers', { count })}
        queryKey={api.exchange.listOffers.key()}
        topic="exchange.offer"
        rowKey={({ offerId }) => offerId}
        rowHref={({ offerId }) => `/exchange/offers/${offerId}`}
        filters={[
          {
            key: 'state',
            label: say('state'),
            single: true,
            options: states.map((value) => ({ value, label: say(value) })),
          },
        ]}
        load={({ search, filters, cursor, limit }) => {
          const state = oneOf(states, filters.state);
          return api.exchange.listOffers.call({
            ...given({ limit, q: search, cursor, state }),
          });
        }}
        empty={
          <EmptyState
            what={say('noOffers')}
            why={say('noOffersWhy')}
            next={<ButtonLink href="/certificates">{say('toCertificates')}</ButtonLink>}
          />
        }
        columns={[
          { key: 'name', title: say('name'), text: ({ title }) => pick(title) },
          {
            key: 'price',
            title: say('price'),
            figures: true,
            text: ({ priceMinor, currency }) =>
              say('perCall', { price: moneyText(priceMinor, currency) }),
          },
          {
            key: 'provider',
            title: say('provider'),
            text: ({ providerName }) => providerName,
            render: ({ providerId, providerName }) => (
              <To href={`/parties/${providerId}`}>{providerName}</To>
            ),
          },
          {
            key: 'state',
            title: say('state'),
            text: ({ state }) => say(state),
            render: ({ state }) => <StateTag state={offerMark[state]} label={say(state)} />,
          },
          {
            key: 'share',
            title: say('share'),
            text: ({ platformShareBps }) => shareText(platformShareBps),
            figures: true,
            extra: true,
          },
          {
            key: 'published',
            title: say('published'),
            text: ({ publishedAt }) => publishedAt,
            render: ({ publishedAt }) => <When at={publishedAt} />,
          },
        ]}
      />
    </>
  );
}
