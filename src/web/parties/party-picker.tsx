import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import './parties.css';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { words } from './words.ts';

export type Picked = { id: string; name: string };

const offered = 6;

/** Finds a party by name and picks it: typing offers a few, each of which is a choice. */
export function PartyPicker({
  label,
  kind,
  picked,
  onPicked,
}: {
  label: string;
  kind?: 'person' | 'organisation';
  picked: Picked | null;
  onPicked: (picked: Picked | null) => void;
}) {
  const api = useApi();
  const say = useWords(words);
  const [query, setQuery] = useState('');
  const { data } = useQuery(
    api.parties.listParties.queryOptions({
      input: {
        limit: offered,
        ...(query.trim() === '' ? {} : { query: query.trim() }),
        ...(kind === undefined ? {} : { kind }),
      },
    }),
  );
  return (
    <fieldset className="party-picker">
      <legend>{label}</legend>
      <PlainText name="find" label={say('pick')} value={query} onChange={setQuery} />
      <ul>
        {data?.items.map(({ id, name }) => (
          <li key={id}>
            <label className="menu-item">
              <input
                type="radio"
                name={label}
                checked={picked?.id === id}
                onChange={() => onPicked({ id, name })}
              />
              {name}
            </label>
          </li>
        ))}
      </ul>
      {data?.items.length === 0 && <p>{say('pickNone')}</p>}
      <p role="status">{picked !== null && say('picked', { name: picked.name })}</p>
    </fieldset>
  );
}
