import { useState } from 'react';
import type { TaskOutputs } from '#contract/serving';
import { formatPercent } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import type { Asked } from './asked.ts';
import { FoundList } from './found-list.tsx';
import { Picture } from './picture.tsx';
import { inOriginal } from './picture-size.ts';
import { playgroundWords } from './playground-words.ts';

const shownMax = 200;

type Found = TaskOutputs['object-detection'];

/** Objects: boxes over the picture, and a list of them with their places in the original. */
export function BoxesResult({ asked, found }: { asked: Asked; found: Found }) {
  const say = useWords(playgroundWords);
  const [pointed, setPointed] = useState<string | null>(null);
  if (asked.shown.kind !== 'image') return null;
  const { sent, original } = asked.shown;
  const shown = found
    .slice(0, shownMax)
    .map((each, place) => ({ ...each, key: String(place + 1) }));
  return (
    <>
      <Picture
        asked={asked}
        pointed={pointed}
        onPoint={setPointed}
        shapes={shown.map(({ key, label, score, box: { xmin, ymin, xmax, ymax } }) => ({
          key,
          word: `${key} ${label} ${formatPercent(score, 0)}`,
          points: [
            [xmin, ymin],
            [xmax, ymin],
            [xmax, ymax],
            [xmin, ymax],
          ],
        }))}
      />
      <h3>{found.length === 0 ? say('foundNone') : say('found', { count: found.length })}</h3>
      {found.length > shownMax && <p className="play-quiet">{say('cut', { count: shownMax })}</p>}
      <FoundList
        name={say('found', { count: found.length })}
        pointed={pointed}
        onPoint={setPointed}
        items={shown.map(({ key, label, score, box }) => {
          const [left, top] = inOriginal([box.xmin, box.ymin], sent, original);
          const [right, bottom] = inOriginal([box.xmax, box.ymax], sent, original);
          return {
            key,
            text: label,
            note: `${formatPercent(score)} · ${left}, ${top} – ${right}, ${bottom}`,
          };
        })}
      />
    </>
  );
}
