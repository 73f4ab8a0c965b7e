import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLive } from '#web/live.ts';
import { toProblem } from '#web/problem.ts';
import './data-list.css';
import { type ListAddress, useListAddress } from './list-address.ts';
import { ListBar } from './list-bar.tsx';
import { ListPages } from './list-pages.tsx';
import { ListTable } from './list-table.tsx';
import { NothingFound } from './nothing-found.tsx';
import { ErrorState, Loading } from './states.tsx';
import { useKept } from './use-kept.ts';

export type Column<Row> = {
  key: string;
  title: string;
  /** What it says in plain text: for the export, and for the screen where `render` is absent. */
  text: (row: Row) => string;
  render?: (row: Row) => ReactNode;
  /** Whether the server can sort by it, under its key. */
  sorts?: boolean;
  /** Figures stand at the end of the cell. */
  figures?: boolean;
  /** Not shown until the reader chooses it. */
  extra?: boolean;
};

export type Filter = {
  key: string;
  label: string;
  options: readonly { value: string; label: string }[];
  /** One value at most. */
  single?: boolean;
};

export type Page<Row> = {
  items: Row[];
  total: number;
  /** False where the server stopped counting at `total`. */
  totalIsExact?: boolean;
  nextCursor: string | null;
};

export type DataListProps<Row> = {
  /** What it lists, as the reader calls it: `场景`. */
  name: string;
  /** How many and of what, as a sentence: `共 12 个场景`; there may be more where it is not exact. */
  count: (total: number, isExact: boolean) => string;
  /** The first column is the name; it is always shown. */
  columns: readonly [Column<Row>, ...Column<Row>[]];
  filters?: readonly Filter[];
  searches?: boolean;
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string;
  queryKey: readonly unknown[];
  load: (address: ListAddress, signal: AbortSignal) => Promise<Page<Row>>;
  /** The topic whose events read the list again. */
  topic?: string;
  /** An EmptyState for a list without any row. */
  empty: ReactNode;
};

/**
 * A list that the server searches, filters, sorts and pages. All that stays in the address; the
 * choice of columns stays with the reader. On a phone each row becomes a card.
 */
export function DataList<Row>(props: DataListProps<Row>) {
  const { filters = [], columns, queryKey, load, topic } = props;
  const { address, change, nextPage, previousPage } = useListAddress(filters.map(({ key }) => key));
  const [shown, setShown] = useShownColumns(queryKey, columns);
  const query = useQuery({
    queryKey: [...queryKey, address],
    queryFn: ({ signal }) => load(address, signal),
    placeholderData: keepPreviousData,
  });
  useLive(topic, queryKey);
  const narrowed = address.search !== '' || Object.keys(address.filters).length > 0;
  const visible = columns.filter(({ key }, place) => place === 0 || shown.includes(key));

  if (query.data?.total === 0 && !narrowed) return props.empty;
  return (
    <section
      className="data-list"
      aria-label={props.name}
      aria-busy={query.isFetching || undefined}
    >
      <ListBar
        {...props}
        filters={filters}
        address={address}
        total={query.data?.total}
        totalIsExact={query.data?.totalIsExact}
        shown={shown}
        onChange={change}
        onShown={setShown}
      />
      {query.isPending && <Loading lines={8} />}
      {query.isError && query.data === undefined && (
        <ErrorState problem={toProblem(query.error)} retry={() => void query.refetch()} />
      )}
      {query.data !== undefined && query.data.total > 0 && (
        <ListTable
          {...props}
          columns={visible}
          rows={query.data.items}
          sort={address.sort}
          onChange={change}
        />
      )}
      {query.data?.total === 0 && (
        <NothingFound onClear={() => change({ search: '', filters: {} })} />
      )}
      {query.data !== undefined && (
        <ListPages
          address={address}
          page={query.data}
          onLimit={(limit) => change({ limit })}
          onNext={nextPage}
          onPrevious={previousPage}
        />
      )}
    </section>
  );
}

function useShownColumns<Row>(queryKey: readonly unknown[], columns: readonly Column<Row>[]) {
  const usual = columns.filter(({ extra }) => !extra).map(({ key }) => key);
  const [kept, keep] = useKept(`touyan.columns.${JSON.stringify(queryKey)}`, usual.join());
  const [shown, setShown] = useState(() => kept.split(','));
  return [
    shown,
    (next: readonly string[]) => {
      setShown([...next]);
      keep(next.join());
    },
  ] as const;
}
