import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { PlainChoice } from '#web/ui/plain-fields.tsx';
import { measurementHref } from './measurement-score.tsx';
import { measurementWords } from './measurement-words.ts';

const suitesShown = 100;

/** Measures a trial by a suite that is chosen here. */
export function MeasureControl({ trialId, task }: { trialId: string; task: string }) {
  const api = useApi();
  const say = useWords(measurementWords);
  const pick = usePick();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState('');
  const input = { kind: 'dataset' as const, task, limit: suitesShown };
  const datasets = useQuery(api.hub.listRepositories.queryOptions({ input, enabled: open }));
  const measure = useMeasure();
  const options =
    datasets.data?.items.map(({ id, title }) => ({ value: id, label: pick(title) })) ?? [];
  const repositoryId = options.find(({ value }) => value === chosen)?.value ?? options[0]?.value;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say('measure')}</Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('measure')}
        verb={say('measure')}
        done={say('measureDone')}
        ready={repositoryId !== undefined}
        send={() => measure(trialId, { repositoryId: repositoryId ?? '' })}
      >
        <p>{say('measureWhy')}</p>
        {options.length === 0 && datasets.data !== undefined ? (
          <p>{say('noSuite', { task })}</p>
        ) : (
          <PlainChoice
            name="suite"
            label={say('chooseSuite')}
            help={say('chooseSuiteHelp', { task })}
            value={repositoryId ?? ''}
            onChange={setChosen}
            options={options}
          />
        )}
      </Ask>
    </>
  );
}

/** Asks for a measurement and opens its page. */
export function useMeasure() {
  const api = useApi();
  const queries = useQueryClient();
  const router = useRouter();
  return async (trialId: string, suite: { repositoryId: string; revisionDigest?: string }) => {
    const { measurementId } = await api.assurance.createMeasurement.call({ trialId, suite });
    await queries.invalidateQueries({ queryKey: api.assurance.key() });
    router.history.push(measurementHref(measurementId));
  };
}
