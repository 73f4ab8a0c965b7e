import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { trialWords } from './trial-words.ts';

const lines = 8;
const charactersMax = 200_000;
const answerCharactersMax = 20_000;

type Answered = { ok: boolean; text: string; tookMs: number };

/** Inputs as JSON, and what the model answers: through the very door that others use. */
export function TrialPlayground({ address, example }: { address: string; example: object }) {
  const api = useApi();
  const say = useWords(trialWords);
  const queries = useQueryClient();
  const [text, setText] = useState(() => JSON.stringify(example));
  const [busy, setBusy] = useState(false);
  const [answered, setAnswered] = useState<Answered | null>(null);
  const run = async () => {
    setBusy(true);
    const began = performance.now();
    try {
      const response = await fetch(address, { method: 'POST', body: text });
      const said = (await response.text()).slice(0, answerCharactersMax);
      setAnswered({ ok: response.ok, text: said, tookMs: performance.now() - began });
      await queries.invalidateQueries({ queryKey: api.serving.key() });
    } catch (error) {
      setAnswered({ ok: false, text: String(error), tookMs: performance.now() - began });
    } finally {
      setBusy(false);
    }
  };
  const problem = isJson(text) ? undefined : say('notJson');
  return (
    <Section title={say('tryIt')}>
      <div className="serving-stack">
        <p className="serving-quiet">{say('tryWhy')}</p>
        <PlainText
          name="inputs"
          label={say('inputs')}
          lines={lines}
          charactersMax={charactersMax}
          value={text}
          onChange={setText}
          problem={problem}
          all
        />
        <div>
          <Button
            kind="main"
            busy={busy}
            onClick={() => {
              if (problem === undefined) void run();
            }}
          >
            {say('run')}
          </Button>
        </div>
        <div className="serving-stack" aria-live="polite">
          {answered !== null && (
            <>
              <p className="serving-quiet">
                {say(answered.ok ? 'answer' : 'refused')} ·{' '}
                {say('answeredIn', { value: formatNumber(answered.tookMs, 1) })}
              </p>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
              <pre className="serving-answer" tabIndex={0}>
                <code>{answered.text}</code>
              </pre>
            </>
          )}
        </div>
      </div>
    </Section>
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
