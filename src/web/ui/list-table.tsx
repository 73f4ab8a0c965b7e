import { useWords } from '#web/i18n.ts';
import type { Column } from './data-list.tsx';
import { To } from './to.tsx';
import { words } from './words.ts';

type ListTableProps<Row> = {
  name: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string;
  sort: string | undefined;
  onChange: (changed: { sort: string }) => void;
};

/** The rows; on a phone each is a card, by style sheet alone. */
export function ListTable<Row>(props: ListTableProps<Row>) {
  const { name, columns, rows, rowKey, rowHref } = props;
  return (
    <div className="list-frame">
      <table className="list-table" aria-label={name}>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} {...props} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, place) => {
                const content = column.render?.(row) ?? column.text(row);
                const className = column.figures ? 'list-figures' : undefined;
                return place === 0 ? (
                  <th key={column.key} scope="row">
                    {rowHref === undefined ? content : <To href={rowHref(row)}>{content}</To>}
                  </th>
                ) : (
                  <td key={column.key} data-label={column.title} className={className}>
                    {content}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeadCell<Row>({
  column,
  sort,
  onChange,
}: {
  column: Column<Row>;
  sort: string | undefined;
  onChange: (changed: { sort: string }) => void;
}) {
  const say = useWords(words);
  const up = sort === column.key;
  const down = sort === `-${column.key}`;
  const order = up ? 'ascending' : down ? 'descending' : undefined;
  return (
    <th scope="col" aria-sort={order} className={column.figures ? 'list-figures' : undefined}>
      {column.sorts ? (
        <button
          type="button"
          className="list-sort"
          data-order={order}
          title={say(up ? 'sortDown' : 'sortUp', { name: column.title })}
          onClick={() => onChange({ sort: up ? `-${column.key}` : column.key })}
        >
          {column.title}
          <svg viewBox="0 0 8 12" aria-hidden="true">
            <path className="list-sort-up" d="M1 4.5 4 1l3 3.5z" />
            <path className="list-sort-down" d="M1 7.5 4 11l3-3.5z" />
          </svg>
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}
