import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { DataList } from '#web/ui/data-list.tsx';
import { given } from '#web/ui/list-address.ts';
import { Note } from '#web/ui/note.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { useBookWords } from './account-names.ts';
import './exchange.css';
import { ExchangeTabs } from './exchange-tabs.tsx';
import { moneyText } from './money.ts';
import { type EntryRow, statementHref } from './views.ts';
import { words } from './words.ts';

/** The accounts that the reader may see, and every entry on them. */
export function AccountsPage() {
  const api = useApi();
  const say = useWords(words);
  const { account, posting } = useBookWords();
  const signedIn = useQuery(api.exchange.listAccounts.queryOptions({ input: { limit: 100 } }));
  return (
    <>
      <PageHead
        name={say('accounts')}
        why={say('accountsWhy')}
        note={<Note text={{ zh: words.pairs.simulated[0], en: words.pairs.simulated[1] }} />}
      />
      <ExchangeTabs />
      <Loaded query={signedIn}>
        {({ items }) => (
          <div className="exchange-books">
            {items.length > 0 && (
              <Section title={say('balances')}>
                <PlainTable
                  name={say('balances')}
                  rows={items}
                  rowKey={({ accountId }) => accountId}
                  columns={[
                    {
                      key: 'account',
                      title: say('account'),
                      cell: ({ kind, agreementId }) =>
                        agreementId === null ? (
                          account(kind)
                        ) : (
                          <To href={statementHref(agreementId)}>{account(kind)}</To>
                        ),
                    },
                    {
                      key: 'owner',
                      title: say('owner'),
                      cell: ({ ownerName }) => ownerName ?? say('platform'),
                    },
                    {
                      key: 'balance',
                      title: say('balance'),
                      figures: true,
                      cell: ({ balanceMinor, currency }) => moneyText(balanceMinor, currency),
                    },
                  ]}
                />
              </Section>
            )}
            <DataList<EntryRow>
              name={say('postings')}
              count={(count) => say('countEntries', { count })}
              searches={false}
              queryKey={api.exchange.listEntries.key()}
              topic="exchange.agreement"
              rowKey={({ entryId }) => entryId}
              rowHref={({ agreementId }) => statementHref(agreementId)}
              load={({ cursor, limit }) =>
                api.exchange.listEntries.call({
                  ...given({ limit, cursor }),
                })
              }
              empty={<EmptyState what={say('noEntries')} why={say('noEntriesWhy')} />}
              columns={[
                { key: 'what', title: say('what'), text: ({ kind }) => posting(kind) },
                {
                  key: 'when',
                  title: say('when'),
                  text: ({ postedAt }) => postedAt,
                  render: ({ postedAt }) => <When at={postedAt} />,
                },
                { key: 'account', title: say('account'), text: (row) => account(row.account) },
                {
                  key: 'amount',
                  title: say('amountColumn'),
                  figures: true,
                  text: ({ amountMinor, currency }) => moneyText(amountMinor, currency),
                },
              ]}
            />
          </div>
        )}
      </Loaded>
    </>
  );
}
