import { useEffect, useId, useRef, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { useAnnounce } from './announce.tsx';
import { Button } from './button.tsx';
import type { Column, DataListProps, Filter } from './data-list.tsx';
import { Icon } from './icon.tsx';
import type { ListAddress } from './list-address.ts';
import { exportRowsMax, saveTable } from './list-export.ts';
import { Popup } from './popup.tsx';
import { words } from './words.ts';

type ListBarProps<Row> = DataListProps<Row> & {
  filters: readonly Filter[];
  address: ListAddress;
  total: number | undefined;
  totalIsExact: boolean | undefined;
  shown: readonly string[];
  onChange: (changed: Partial<ListAddress>, replace?: boolean) => void;
  onShown: (shown: readonly string[]) => void;
};

/** Search, filters, columns, export; below them, in words, what one is looking at. */
export function ListBar<Row>(props: ListBarProps<Row>) {
  const { name, searches = true, filters, address, columns, shown, onChange, onShown } = props;
  const say = useWords(words);
  return (
    <div className="list-bar">
      <div className="list-tools">
        {searches && <SearchField {...props} label={say('searchIn', { name })} />}
        {filters.map((filter) => (
          <FilterPopup key={filter.key} filter={filter} address={address} onChange={onChange} />
        ))}
        <div className="list-tools-end">
          <Popup kind="quiet" icon="columns" label={say('columns')}>
            {() => (
              <Choices
                options={columns.slice(1).map(({ key, title }) => ({ value: key, label: title }))}
                single={false}
                chosen={shown}
                onChange={onShown}
              />
            )}
          </Popup>
          <ExportButton {...props} />
        </div>
      </div>
      <Looking {...props} />
    </div>
  );
}

const settleMs = 300;

function SearchField<Row>({ address, onChange, label }: ListBarProps<Row> & { label: string }) {
  const [text, setText] = useState(address.search);
  const sent = useRef(address.search);
  // Another address than the one typed here came from outside: the back button, or 清除条件.
  useEffect(() => {
    if (address.search !== sent.current) setText(address.search);
    sent.current = address.search;
  }, [address.search]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      onChange({ search: text }, true);
    }, settleMs);
    return () => clearTimeout(timer);
  });
  return (
    <div className="list-search">
      <Icon name="search" />
      <input
        type="search"
        value={text}
        placeholder={label}
        aria-label={label}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}

function FilterPopup({
  filter,
  address,
  onChange,
}: {
  filter: Filter;
  address: ListAddress;
  onChange: (changed: Partial<ListAddress>) => void;
}) {
  const chosen = address.filters[filter.key] ?? [];
  return (
    <div className="popup-start">
      <Popup
        icon="filter"
        label={
          <>
            {filter.label}
            {chosen.length > 0 && <b className="list-chosen">{chosen.length}</b>}
          </>
        }
      >
        {() => (
          <Choices
            options={filter.options}
            single={filter.single === true}
            chosen={chosen}
            onChange={(next) => onChange({ filters: withFilter(address, filter.key, next) })}
          />
        )}
      </Popup>
    </div>
  );
}

function withFilter(address: ListAddress, key: string, chosen: readonly string[]) {
  const { [key]: _, ...others } = address.filters;
  return chosen.length === 0 ? others : { ...others, [key]: chosen };
}

type ChoicesProps = {
  options: readonly { value: string; label: string }[];
  chosen: readonly string[];
  single: boolean;
  onChange: (chosen: readonly string[]) => void;
};

function Choices({ options, chosen, single, onChange }: ChoicesProps) {
  const group = useId();
  const toggle = (value: string) => {
    if (single) onChange(chosen.includes(value) ? [] : [value]);
    else if (chosen.includes(value)) onChange(chosen.filter((other) => other !== value));
    else onChange([...chosen, value]);
  };
  return options.map(({ value, label }) => (
    <label key={value} className="menu-item">
      <input
        type="checkbox"
        name={group}
        checked={chosen.includes(value)}
        onChange={() => toggle(value)}
      />
      {label}
    </label>
  ));
}

function Looking<Row>(props: ListBarProps<Row>) {
  const { count, total, totalIsExact = true, filters, address, onChange } = props;
  const say = useWords(words);
  const chosen = filters.flatMap((filter) =>
    (address.filters[filter.key] ?? []).map((value) => ({
      filter,
      value,
      label: filter.options.find((option) => option.value === value)?.label ?? value,
    })),
  );
  const narrowed = chosen.length > 0 || address.search !== '';
  return (
    <div className="list-looking">
      <p role="status">
        {total === undefined ? say('loading') : count(total, totalIsExact)}
        {address.search !== '' && ` ${say('matching', { text: address.search })}`}
      </p>
      {chosen.map(({ filter, value, label }) => (
        <button
          key={`${filter.key} ${value}`}
          type="button"
          className="list-chip"
          onClick={() => {
            const rest = (address.filters[filter.key] ?? []).filter((other) => other !== value);
            onChange({ filters: withFilter(address, filter.key, rest) });
          }}
        >
          <span className="unseen">{say('remove')}</span> {filter.label} {label}
          <Icon name="close" />
        </button>
      ))}
      {narrowed && (
        <Button kind="quiet" onClick={() => onChange({ search: '', filters: {} })}>
          {say('clear')}
        </Button>
      )}
    </div>
  );
}

function ExportButton<Row>({ name, columns, load, address }: ListBarProps<Row>) {
  const say = useWords(words);
  const announce = useAnnounce();
  const [busy, setBusy] = useState(false);
  const save = () => {
    setBusy(true);
    const all: readonly Column<Row>[] = columns;
    saveTable({ name, columns: all, address }, { load })
      .catch((error: unknown) => announce(toProblem(error).message))
      .finally(() => setBusy(false));
  };
  return (
    <Button
      kind="quiet"
      icon="download"
      busy={busy}
      title={say('exportLimit', { count: exportRowsMax })}
      onClick={save}
    >
      {say(busy ? 'exporting' : 'exportTable')}
    </Button>
  );
}
