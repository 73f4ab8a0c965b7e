import type { TaskOutputs } from '#contract/serving';
import { useWords } from '#web/i18n.ts';
import { LabelBars } from './label-bars.tsx';
import { playgroundWords } from './playground-words.ts';

const shownMax = 50;

type TextLabelsProps = {
  texts: readonly string[];
  labels: TaskOutputs['text-classification'];
};

/** What each text is about. */
export function TextLabelsResult({ texts, labels }: TextLabelsProps) {
  const say = useWords(playgroundWords);
  return (
    <>
      <ol className="play-texts">
        {texts.slice(0, shownMax).map((text, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: texts keep their places, and two may be alike
          <li key={place}>
            <p>{text}</p>
            <LabelBars labels={labels[place] ?? []} />
          </li>
        ))}
      </ol>
      {texts.length > shownMax && <p className="play-quiet">{say('cut', { count: shownMax })}</p>}
    </>
  );
}
