import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { type Problem, toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { FormProblem } from '#web/ui/states.tsx';
import './governance.css';
import { fits, textsOf, thresholdNames, thresholdsOf } from './thresholds.ts';
import type { Watch } from './views.ts';
import { words } from './words.ts';

/** Sets what a deployment is watched for. */
export function ThresholdForm({ watch }: { watch: Watch }) {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const [texts, setTexts] = useState(() => textsOf(watch.thresholds));
  const [stops, setStops] = useState(watch.stops);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { deploymentId } = watch;
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const thresholds = thresholdsOf(texts);
      await api.governance.setWatch.call({ deploymentId, thresholds, stops });
      announce(say('watchSet'));
      await queries.invalidateQueries({ queryKey: api.governance.key() });
      await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  };
  const ready = thresholdNames.every((name) => fits(name, texts[name]));
  return (
    <Section title={say('thresholds')}>
      <form
        className="threshold-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) void send();
        }}
      >
        <p className="governance-quiet">{say('thresholdsWhy')}</p>
        {thresholdNames.map((name) => (
          <PlainText
            key={name}
            name={name}
            label={say(name)}
            inputMode="numeric"
            value={texts[name]}
            onChange={(text) => setTexts((before) => ({ ...before, [name]: text }))}
            problem={
              fits(name, texts[name])
                ? undefined
                : say(name === 'incidentsPerHourMax' ? 'numberWrong' : 'percentWrong')
            }
          />
        ))}
        <label>
          <input
            type="checkbox"
            checked={stops}
            onChange={(event) => setStops(event.target.checked)}
          />
          {say('stopsItself')}
        </label>
        {problem !== null && <FormProblem problem={problem} />}
        <Button kind="main" type="submit" busy={busy} disabled={!ready}>
          {say('setWatch')}
        </Button>
      </form>
    </Section>
  );
}
