import type { TaskOutputs } from '#contract/serving';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { playgroundWords } from './playground-words.ts';
import { cosine } from './similarity.ts';

const shownMax = 20;

type SimilarityProps = {
  texts: readonly string[];
  vectors: TaskOutputs['feature-extraction'];
};

/** How close texts are to each other by their vectors: one figure and one shade a pair. */
export function SimilarityResult({ texts, vectors: { embeddings, tokens } }: SimilarityProps) {
  const say = useWords(playgroundWords);
  const shown = embeddings.slice(0, shownMax);
  const length = embeddings[0]?.length ?? 0;
  return (
    <>
      <p>{say('vectors', { count: embeddings.length, length, tokens })}</p>
      {shown.length < 2 ? (
        <p className="play-quiet">{say('oneVector')}</p>
      ) : (
        <>
          <p className="play-quiet">{say('similarityWhy')}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
          <section className="table-frame" aria-label={say('similarity')} tabIndex={0}>
            <table className="play-similarity" aria-label={say('similarity')}>
              <thead>
                <tr>
                  <th scope="col">{say('text')}</th>
                  {shown.map((_, place) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: texts keep their places
                    <th key={place} scope="col">
                      {place + 1}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {shown.map((row, line) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: texts keep their places
                  <tr key={line}>
                    <th scope="row">
                      <span className="figures">{line + 1}</span> {texts[line]}
                    </th>
                    {shown.map((column, place) => {
                      const value = cosine(row, column);
                      const step = Math.max(0, Math.min(5, Math.round(value * 5)));
                      return (
                        // biome-ignore lint/suspicious/noArrayIndexKey: texts keep their places
                        <td key={place} data-step={step}>
                          {formatNumber(value, 2)}
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </>
      )}
      {embeddings.length > shownMax && (
        <p className="play-quiet">{say('cut', { count: shownMax })}</p>
      )}
    </>
  );
}
