import { useState } from 'react';
import type { TaskOutputs } from '#contract/serving';
import { formatPercent } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { CopyText } from '#web/ui/copy-text.tsx';
import type { Asked } from './asked.ts';
import { FoundList } from './found-list.tsx';
import { Picture } from './picture.tsx';
import { playgroundWords } from './playground-words.ts';

const shownMax = 500;

type Read = TaskOutputs['optical-character-recognition'];

/** Text that was read: where its lines stand in the picture, and all of it to be copied. */
export function ReadTextResult({ asked, read }: { asked: Asked; read: Read }) {
  const say = useWords(playgroundWords);
  const [pointed, setPointed] = useState<string | null>(null);
  const { lines, text } = read;
  const shown = lines.slice(0, shownMax).map((line, place) => ({ ...line, key: `${place + 1}` }));
  return (
    <>
      <Picture
        asked={asked}
        pointed={pointed}
        onPoint={setPointed}
        shapes={shown.map(({ key, polygon }) => ({ key, points: polygon, word: key }))}
      />
      <div className="play-line">
        <h3>{lines.length === 0 ? say('foundNone') : say('lines', { count: lines.length })}</h3>
        {lines.length > 0 && <CopyText text={text} label={say('copyText')} />}
      </div>
      {lines.length > shownMax && <p className="play-quiet">{say('cut', { count: shownMax })}</p>}
      <FoundList
        name={say('lines', { count: lines.length })}
        pointed={pointed}
        onPoint={setPointed}
        items={shown.map((line) => ({
          ...{ key: line.key, text: line.text, note: formatPercent(line.score) },
        }))}
      />
    </>
  );
}
