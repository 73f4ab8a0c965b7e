import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { When } from '#web/ui/when.tsx';
import { useBookWords } from './account-names.ts';
import { moneyText } from './money.ts';
import type { StatementView } from './views.ts';
import { words } from './words.ts';

/** Every entry with what it was posted for; the sum stands below and is zero. */
export function Postings({ statement }: { statement: StatementView }) {
  const say = useWords(words);
  const { account, posting } = useBookWords();
  const { currency, postings, entriesSum, postingsLeftOut } = statement;
  const rows = postings.flatMap((of) => of.entries.map((entry) => ({ ...entry, of })));
  return (
    <div className="exchange-postings">
      {postingsLeftOut > 0 && <p className="quiet">{say('leftOut', { count: postingsLeftOut })}</p>}
      <PlainTable
        name={say('postings')}
        rows={rows}
        rowKey={({ entryId }) => entryId}
        columns={[
          {
            key: 'what',
            title: say('what'),
            cell: ({ of }) => {
              const what =
                of.kind === 'settlement'
                  ? say('settlementOf', { calls: formatNumber(of.calls) })
                  : posting(of.kind);
              return `${of.place}. ${what}`;
            },
          },
          { key: 'account', title: say('account'), cell: (row) => account(row.account) },
          {
            key: 'amount',
            title: say('amountColumn'),
            figures: true,
            cell: ({ amountMinor }) => moneyText(amountMinor, currency),
          },
          { key: 'when', title: say('when'), cell: ({ of }) => <When at={of.postedAt} /> },
        ]}
      />
      <p className="exchange-sum">
        <span>
          <strong>{say('sum')}</strong> <span className="quiet">{say('sumWhy')}</span>
        </span>
        <strong className="figures">{moneyText(entriesSum, currency)}</strong>
      </p>
    </div>
  );
}
