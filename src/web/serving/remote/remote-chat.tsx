import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { type ChatEnd, readChat } from './read-chat.ts';
import { remoteWords } from './remote-words.ts';

const lines = 3;
const charactersMax = 20_000;

/** A prompt, and the answer as it comes: through the very door that others use. */
export function RemoteChat({ trialId }: { trialId: string }) {
  const api = useApi();
  const say = useWords(remoteWords);
  const queries = useQueryClient();
  const [prompt, setPrompt] = useState('');
  const [asked, setAsked] = useState(false);
  const [answer, setAnswer] = useState('');
  const [end, setEnd] = useState<ChatEnd | null>(null);
  const [busy, setBusy] = useState<AbortController | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const problem = prompt.trim() === '' ? say('promptMissing') : undefined;
  const send = async () => {
    setAsked(true);
    if (problem !== undefined) return;
    const stop = new AbortController();
    running.current = stop;
    setBusy(stop);
    setAnswer('');
    setEnd(null);
    const chat = { model: trialId, prompt, signal: stop.signal };
    setEnd(await readChat(chat, (piece) => setAnswer((before) => before + piece)));
    setBusy(null);
    await queries.invalidateQueries({ queryKey: api.serving.key() });
  };
  return (
    <Section title={say('tryIt')}>
      <div className="serving-stack">
        <PlainText
          name="prompt"
          label={say('prompt')}
          {...{ lines, charactersMax, value: prompt, onChange: setPrompt, problem, all: asked }}
        />
        <div>
          {busy === null ? (
            <Button kind="main" onClick={() => void send()}>
              {say('send')}
            </Button>
          ) : (
            <Button onClick={() => busy.abort()}>{say('stop')}</Button>
          )}
        </div>
        <div className="serving-stack" aria-live="polite" aria-busy={busy !== null}>
          {answer !== '' && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
            <pre className="serving-answer" tabIndex={0}>
              {answer}
            </pre>
          )}
          {end !== null && <Ended end={end} />}
        </div>
      </div>
    </Section>
  );
}

function Ended({ end }: { end: ChatEnd }) {
  const say = useWords(remoteWords);
  if (end.kind === 'cut') return <p className="serving-quiet">{say('cut')}</p>;
  if (!('message' in end)) return null;
  const what = say(end.kind === 'refused' ? 'refused' : 'brokeOff');
  return (
    <p className="serving-quiet">
      {what} · {end.message}
    </p>
  );
}
