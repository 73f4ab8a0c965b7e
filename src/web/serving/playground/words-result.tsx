import type { TaskOutputs } from '#contract/serving';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { playgroundWords } from './playground-words.ts';

const shownMax = 2_000;

type Found = TaskOutputs['token-classification'];
type WordsProps = { texts: readonly string[]; found: Found };

/** The words of each text with what each of them is, and before them the weightiest. */
export function WordsResult({ texts, found }: WordsProps) {
  return found.map((each, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: texts keep their places
    <WordsOf key={place} found={each} text={texts[place] ?? ''} />
  ));
}

function WordsOf({ found: { tokens, keywords }, text }: { found: Found[number]; text: string }) {
  const say = useWords(playgroundWords);
  return (
    <div className="play-words">
      {keywords.length > 0 && (
        <>
          <h3>{say('keywords')}</h3>
          <ol className="play-keywords">
            {keywords.map(({ word, score }) => (
              <li key={word}>
                {word} <small className="figures">{formatNumber(score, 2)}</small>
              </li>
            ))}
          </ol>
        </>
      )}
      <h3>{say('wordsFound', { count: tokens.length })}</h3>
      <ol className="play-tokens">
        {tokens.slice(0, shownMax).map(({ start, end, word, entity_group }) => (
          <li key={start} data-group={entity_group}>
            <span>{text.slice(start, end) || word}</span>
            <small>{entity_group}</small>
          </li>
        ))}
      </ol>
      {tokens.length > shownMax && <p className="play-quiet">{say('cut', { count: shownMax })}</p>}
    </div>
  );
}
