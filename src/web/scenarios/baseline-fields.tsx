import { Select } from 'antd';
import { usePick, useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { Field } from '#web/ui/field.tsx';
import type { Binding } from '#web/ui/use-draft.ts';
import type { CallFields } from './call-draft.ts';
import { formWords } from './form-words.ts';
import { useRepositories } from './revision-fields.tsx';

type Baselines = CallFields['baselines'];

const baselinesMax = 10;

/** The owner's simple methods, each by the latest revision of its repository. */
export function BaselineFields({
  ownerId,
  baselines,
}: {
  ownerId: string;
  baselines: Binding<Baselines>;
}) {
  const say = useWords(formWords);
  const pick = usePick();
  const { items, choices } = useRepositories('algorithm', ownerId);
  const chosen = new Set(baselines.value.map(({ repositoryId }) => repositoryId));
  const add = (id: string) => {
    const item = items.find((each) => each.id === id);
    if (item?.headDigest == null) return;
    const next = { repositoryId: id, revisionDigest: item.headDigest, ...item.title };
    baselines.onChange([...baselines.value, next]);
  };
  return (
    <Field {...baselines} label={say('baselines')} help={say('baselinesHelp')}>
      {(control) => (
        <>
          <ul className="chosen-list">
            {baselines.value.map((baseline) => (
              <li key={baseline.repositoryId}>
                {pick(baseline)}
                <Button
                  kind="quiet"
                  onClick={() =>
                    baselines.onChange(baselines.value.filter((each) => each !== baseline))
                  }
                >
                  {say('removeBaseline')}
                </Button>
              </li>
            ))}
          </ul>
          {baselines.value.length < baselinesMax && (
            <Select<string>
              {...control}
              className="field-control"
              placeholder={say('addBaseline')}
              value={null}
              onChange={(value) => add(value)}
              options={choices.filter(({ value }) => !chosen.has(value))}
            />
          )}
        </>
      )}
    </Field>
  );
}
