import { useWords } from '#web/i18n.ts';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { gateWords } from './gate-words.ts';
import type { Repository } from './repository-frame.tsx';

type Field = NonNullable<Repository['gate']>['form']['fields'][number];

const answerCharactersMax = 500;

/** One question of a gate's form. A ticked box is the answer `true`, as a form of the Hub sends it. */
export function GateField({
  field: { name, type, options },
  value,
  onChange,
}: {
  field: Field;
  value: string;
  onChange: (value: string) => void;
}) {
  const say = useWords(gateWords);
  const common = { name, label: name, value, onChange, required: true };
  switch (type) {
    case 'checkbox':
      return (
        <label className="hub-keep">
          <input
            type="checkbox"
            checked={value === 'true'}
            onChange={(event) => onChange(event.target.checked ? 'true' : '')}
          />
          <span>{name}</span>
        </label>
      );
    case 'select':
      return (
        <PlainChoice {...common} options={[{ value: '', label: say('choose') }, ...options]} />
      );
    case 'date':
      return <PlainText {...common} type="date" />;
    case 'country':
      return <PlainText {...common} autoComplete="country-name" charactersMax={100} />;
    case 'text':
      return <PlainText {...common} charactersMax={answerCharactersMax} />;
  }
}
