import { useApi } from '#web/api.ts';
import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import './exchange.css';
import { ExchangeTabs } from './exchange-tabs.tsx';
import { moneyText } from './money.ts';
import { type AgreementRow, agreementHref, agreementMark } from './views.ts';
import { words } from './words.ts';

const states = ['draft', 'signed_by_buyer', 'active', 'suspended', 'exhausted', 'ended'] as const;

/** The agreements to which the reader's organisations are party. */
export function AgreementsPage() {
  const api = useApi();
  const say = useWords(words);
  const pick = usePick();
  return (
    <>
      <PageHead name={say('agreements')} why={say('agreementsWhy')} />
      <ExchangeTabs />
      <DataList<AgreementRow>
        name={say('agreements')}
        count={(count) => say('countAgreements', { count })}
        searches={false}
        queryKey={api.exchange.listAgreements.key()}
        topic="exchange.agreement"
        rowKey={({ agreementId }) => agreementId}
        rowHref={({ agreementId }) => agreementHref(agreementId)}
        filters={[
          {
            key: 'state',
            label: say('state'),
            single: true,
            options: states.map((value) => ({ value, label: say(value) })),
          },
        ]}
        load={({ filters, cursor, limit }) => {
          const state = oneOf(states, filters.state);
          return api.exchange.listAgreements.call({
            ...given({ limit, cursor, state }),
          });
        }}
        empty={
          <EmptyState
            what={say('noAgreements')}
            why={say('noAgreementsWhy')}
            next={<ButtonLink href="/exchange">{say('toMarket')}</ButtonLink>}
          />
        }
        columns={[
          { key: 'name', title: say('name'), text: ({ title }) => pick(title) },
          {
            key: 'state',
            title: say('state'),
            text: ({ state }) => say(state),
            render: ({ state }) => <StateTag state={agreementMark[state]} label={say(state)} />,
          },
          { key: 'buyer', title: say('buyer'), text: ({ buyerName }) => buyerName },
          { key: 'seller', title: say('seller'), text: ({ sellerName }) => sellerName },
          {
            key: 'price',
            title: say('price'),
            figures: true,
            text: ({ priceMinor, currency }) =>
              say('perCall', { price: moneyText(priceMinor, currency) }),
          },
          {
            key: 'settled',
            title: say('settledCalls'),
            figures: true,
            text: ({ callsSettled, callsAllowed }) =>
              say('usedOf', {
                used: formatNumber(callsSettled),
                allowed: formatNumber(callsAllowed),
              }),
          },
          {
            key: 'validUntil',
            title: say('validUntil'),
            text: ({ validUntil }) => validUntil ?? '',
            render: ({ validUntil }) => (validUntil === null ? '–' : <When at={validUntil} />),
          },
          {
            key: 'created',
            title: say('created'),
            text: ({ createdAt }) => createdAt,
            render: ({ createdAt }) => <When at={createdAt} />,
            extra: true,
          },
        ]}
      />
    </>
  );
}
