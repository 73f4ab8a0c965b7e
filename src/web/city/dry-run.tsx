import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { FormProblem } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import './city.css';
import { ruleWords } from './rule-words.ts';
import type { Rule } from './views.ts';

type Document = Omit<
  Rule,
  | 'ruleId'
  | 'ownerId'
  | 'version'
  | 'state'
  | 'stopped'
  | 'createdBy'
  | 'createdAt'
  | 'updatedAt'
  | 'health'
>;
type Result = Outputs['city']['dryRunRule'];

const hourMs = 3_600_000;
const hoursMax = 8_760;

/** Tries a rule on what is stored. */
export function DryRun({ ownerId, document }: { ownerId: string; document: Document }) {
  const api = useApi();
  const say = useWords(ruleWords);
  const [hours, setHours] = useState('24');
  const run = useMutation(api.city.dryRunRule.mutationOptions());
  const wanted = Number(hours);
  const fits = Number.isInteger(wanted) && wanted >= 1 && wanted <= hoursMax;
  if (document.condition.kind === 'deployment') {
    return (
      <Section title={say('dryRun')}>
        <p className="quiet">{say('dryRunDeployment')}</p>
      </Section>
    );
  }
  const send = () => {
    const until = new Date();
    const from = new Date(until.getTime() - wanted * hourMs);
    run.mutate({
      ...{ ownerId, document },
      ...{ from: from.toISOString(), until: until.toISOString() },
    });
  };
  return (
    <Section title={say('dryRun')}>
      <form
        className="dry-run"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (fits && !run.isPending) send();
        }}
      >
        <p className="quiet">{say('dryRunWhy')}</p>
        <PlainText
          name="hours"
          label={say('hours')}
          inputMode="numeric"
          value={hours}
          onChange={setHours}
          problem={fits ? undefined : say('numberWrong', { min: 1, max: hoursMax })}
        />
        <Button type="submit" busy={run.isPending}>
          {say('run')}
        </Button>
        {run.isError && <FormProblem problem={toProblem(run.error)} />}
      </form>
      {run.data !== undefined && <Found result={run.data} />}
    </Section>
  );
}

function Found({ result }: { result: Result }) {
  const say = useWords(ruleWords);
  const { observations, rows, matched, wouldOpenTotal, wouldOpen, truncated } = result;
  return (
    <div role="status">
      <p>{say('dryRunResult', { observations, rows, matched, count: wouldOpenTotal })}</p>
      {truncated && <p>{say('truncated')}</p>}
      {wouldOpen.length > 0 && (
        <PlainTable<Result['wouldOpen'][number]>
          name={say('dryRun')}
          rows={wouldOpen}
          rowKey={({ thingId, observedAt }) => `${thingId} ${observedAt}`}
          columns={[
            {
              key: 'observedAt',
              title: say('observedAt'),
              cell: ({ observedAt }) => <When at={observedAt} />,
            },
            {
              key: 'thing',
              title: say('thing'),
              cell: ({ thingId }) => <To href={`/city/things/${thingId}`}>{thingId}</To>,
            },
            {
              key: 'values',
              title: say('readings'),
              cell: ({ values }) =>
                Object.entries(values)
                  .map(([name, value]) => `${name} ${value ?? '–'}`)
                  .join(' · '),
            },
          ]}
        />
      )}
    </div>
  );
}
