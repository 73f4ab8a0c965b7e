import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { useKeepCase } from './use-keep-case.ts';
import type { CaseView } from './views.ts';
import { words } from './words.ts';

type AssignProps = { found: CaseView; open: boolean; onClose: () => void };

const shown = 6;

/** Hands the open step to a person who is found by name. */
export function Assign({ found, open, onClose }: AssignProps) {
  const api = useApi();
  const say = useWords(words);
  const keep = useKeepCase();
  const [query, setQuery] = useState('');
  const [partyId, setPartyId] = useState('');
  const { stepId } = found;
  const assign = useMutation(api.cases.assignStep.mutationOptions({ onSuccess: keep }));
  const { data } = useQuery(
    api.parties.listParties.queryOptions({
      input: { kind: 'person', limit: shown, ...(query === '' ? {} : { query }) },
      enabled: open,
    }),
  );
  const people = data?.items ?? [];
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('assignTitle')}
      verb={say('assign')}
      done={say('assignedDone')}
      ready={partyId !== '' && stepId !== null}
      send={async () => {
        if (stepId !== null) await assign.mutateAsync({ stepId, partyId });
      }}
    >
      <p>{say('assignWhy')}</p>
      <PlainText
        name="who"
        label={say('assignWho')}
        help={people.length === 0 ? say('assignNone') : say('assignWhoHelp')}
        value={query}
        onChange={setQuery}
      />
      <div className="radio-row" role="radiogroup" aria-label={say('assignTitle')}>
        {people.map(({ id, name }) => (
          <label key={id}>
            <input
              type="radio"
              name="party"
              checked={id === partyId}
              onChange={() => setPartyId(id)}
            />
            {name}
          </label>
        ))}
      </div>
    </Ask>
  );
}
