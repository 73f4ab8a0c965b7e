import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import type { Answered } from './ask-task.ts';
import type { Asked } from './asked.ts';
import { BoxesResult } from './boxes-result.tsx';
import { LabelBars } from './label-bars.tsx';
import { Picture } from './picture.tsx';
import { playgroundWords } from './playground-words.ts';
import { ReadTextResult } from './read-text-result.tsx';
import { ScoresResult } from './scores-result.tsx';
import { SimilarityResult } from './similarity-result.tsx';
import { TextLabelsResult } from './text-labels-result.tsx';
import { median, percentile } from './timings.ts';
import type { Asking } from './use-asking.ts';
import { VoiceResult } from './voice-result.tsx';
import { WordsResult } from './words-result.tsx';

const repeats = 10;
const rawCharactersMax = 20_000;
const one = (value: number) => Math.round(value * 10) / 10;

type ResultProps = {
  asked: Asked;
  answered: Answered | null;
  times: Asking['times'];
  busy: boolean;
  onRepeat: (count: number) => void;
};

/** What was sent, and once it is answered the answer drawn, its times, and the whole of it as JSON. */
export function TaskResult({ asked, answered, times, busy, onRepeat }: ResultProps) {
  const say = useWords(playgroundWords);
  if (answered === null) {
    return asked.shown.kind === 'image' ? <Picture asked={asked} shapes={[]} /> : null;
  }
  return (
    <section className="play-result" aria-label={say('result')}>
      <Drawn asked={asked} answered={answered} />
      <div className="play-line">
        <span className="figures play-quiet" role="status">
          <Times times={times} />
        </span>
        <Button busy={busy} onClick={() => onRepeat(repeats)}>
          {say('runAgain')}
        </Button>
      </div>
      <details className="play-raw">
        <summary>{say('rawAnswer')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
        <pre className="serving-answer" tabIndex={0}>
          <code>{JSON.stringify(answered.answer).slice(0, rawCharactersMax)}</code>
        </pre>
      </details>
    </section>
  );
}

function Times({ times }: Pick<ResultProps, 'times'>) {
  const say = useWords(playgroundWords);
  const servers = times.map(({ tookMs }) => tookMs);
  const trips = times.map(({ roundTripMs }) => roundTripMs);
  const [server, trip] = [one(median(servers)), one(median(trips))];
  if (times.length < 2) return say('took', { server, trip });
  const serverHigh = one(percentile(servers, 0.9));
  const tripHigh = one(percentile(trips, 0.9));
  return say('tookMany', { count: times.length, server, serverHigh, trip, tripHigh });
}

/** Each task's answer beside what it was asked about. */
function Drawn({ asked, answered: { answer } }: { asked: Asked; answered: Answered }) {
  const { shown } = asked;
  switch (answer.task) {
    case 'image-classification':
      return (
        <>
          <Picture asked={asked} shapes={[]} />
          <LabelBars labels={answer.output} />
        </>
      );
    case 'object-detection':
      return <BoxesResult asked={asked} found={answer.output} />;
    case 'optical-character-recognition':
      return <ReadTextResult asked={asked} read={answer.output} />;
    case 'voice-activity-detection':
      return shown.kind === 'audio' ? (
        <VoiceResult samples={shown.samples} heard={answer.output} />
      ) : null;
    case 'text-classification':
      return shown.kind === 'texts' ? (
        <TextLabelsResult texts={shown.texts} labels={answer.output} />
      ) : null;
    case 'token-classification':
      return shown.kind === 'texts' ? (
        <WordsResult texts={shown.texts} found={answer.output} />
      ) : null;
    case 'feature-extraction':
      return shown.kind === 'texts' ? (
        <SimilarityResult texts={shown.texts} vectors={answer.output} />
      ) : null;
    case 'anomaly-detection':
      return shown.kind === 'table' ? (
        <ScoresResult table={shown.table} scores={answer.output} />
      ) : null;
  }
}
