import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { parametersOf } from './command-parameters.ts';
import type { IncidentDetail } from './views.ts';
import { words } from './words.ts';

type Limit = Outputs['city']['getCommandLimits']['limits'][number];

/** Proposes one of the commands that the thing of an incident takes. */
export function ProposeCommand({ incident }: { incident: IncidentDetail }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const { thingId, incidentId } = incident;
  const limits = useQuery({
    ...api.city.getCommandLimits.queryOptions({ input: { thingId } }),
    enabled: open,
  });
  const taken = limits.data?.limits ?? [];
  const chosen = taken.find((limit) => limit.name === name) ?? taken[0];
  const parameters = chosen === undefined ? null : parametersOf(chosen, texts);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {say('propose')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('propose')}
        verb={say('propose')}
        done={say('proposed')}
        ready={parameters !== null}
        reason={{ label: say('reason'), help: say('reasonHelp') }}
        send={async (reason) => {
          if (chosen === undefined || parameters === null) return;
          const idempotencyKey = crypto.randomUUID();
          const draft = { thingId, name: chosen.name, parameters, reason, incidentId };
          await api.city.proposeCommand.call({ ...draft, idempotencyKey });
          await queries.invalidateQueries({ queryKey: api.city.key() });
        }}
      >
        <p>{say('proposeWhy')}</p>
        {limits.data !== undefined && taken.length === 0 && <p>{say('takesNone')}</p>}
        {chosen !== undefined && (
          <>
            <PlainChoice
              name="command"
              label={say('command')}
              value={chosen.name}
              onChange={setName}
              options={taken.map((limit) => ({ value: limit.name, label: limit.name }))}
            />
            <Parameters limit={chosen} texts={texts} onChange={setTexts} />
          </>
        )}
      </Ask>
    </>
  );
}

function Parameters(props: {
  limit: Limit;
  texts: Readonly<Record<string, string>>;
  onChange: (texts: Readonly<Record<string, string>>) => void;
}) {
  const { limit, texts, onChange } = props;
  const say = useWords(words);
  return Object.entries(limit.parameters).map(([name, bounds]) => {
    const field = {
      name,
      label: name,
      required: true,
      value: texts[name] ?? '',
      onChange: (text: string) => onChange({ ...texts, [name]: text }),
    };
    if ('values' in bounds) {
      const options = ['', ...bounds.values.map(String)];
      return (
        <PlainChoice
          key={name}
          {...field}
          options={options.map((value) => ({ value, label: value }))}
        />
      );
    }
    const { min, max } = bounds;
    const fits = parametersOf({ ...limit, parameters: { [name]: bounds } }, texts) !== null;
    return (
      <PlainText
        key={name}
        {...field}
        inputMode="numeric"
        help={say('range', { min, max })}
        problem={fits ? undefined : say('rangeWrong', { min, max })}
      />
    );
  });
}
