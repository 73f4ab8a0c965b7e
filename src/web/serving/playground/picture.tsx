import { useWords } from '#web/i18n.ts';
import type { Asked } from './asked.ts';
import { playgroundWords } from './playground-words.ts';
import { useObjectUrl } from './use-object-url.ts';

/** Something found in a picture: its corners in pixels of the picture that was sent, and the word at its first corner. */
export type Shape = { key: string; points: readonly (readonly [number, number])[]; word: string };

type PictureProps = {
  asked: Asked;
  shapes: readonly Shape[];
  /** The key of the shape that is pointed at, here or in the list beside. */
  pointed?: string | null;
  onPoint?: (key: string | null) => void;
};

/** Letters as a part of the longer side, so that they are read on a phone too. */
const letters = 1 / 36;

/** The picture that was sent, with what was found drawn over it; a list beside says the same in words. */
export function Picture({ asked, shapes, pointed = null, onPoint }: PictureProps) {
  const say = useWords(playgroundWords);
  const address = useObjectUrl(asked.body);
  if (asked.shown.kind !== 'image' || address === null) return null;
  const { sent, original } = asked.shown;
  const { width, height } = sent;
  const size = Math.max(width, height) * letters;
  const scaled = original.width !== width;
  return (
    <figure className="play-picture">
      <div>
        <img
          src={address}
          alt={say('pictureAlt', { name: asked.fileName })}
          {...{ width, height }}
        />
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {shapes.map(({ key, points, word }) => {
            const [first] = points;
            if (first === undefined) return null;
            const outline = points.map(([px, py]) => `${px},${py}`).join(' ');
            // Words at the right edge end there rather than begin.
            const ends = first[0] > width * 0.7;
            const x = ends ? Math.min(width, Math.max(...points.map(([px]) => px))) : first[0];
            const y = Math.max(size, first[1] - size / 4);
            return (
              <g
                key={key}
                data-pointed={key === pointed || undefined}
                onPointerEnter={() => onPoint?.(key)}
                onPointerLeave={() => onPoint?.(null)}
              >
                <polygon className="play-halo" points={outline} vectorEffect="non-scaling-stroke" />
                <polygon points={outline} vectorEffect="non-scaling-stroke" />
                <text
                  {...{ x: Math.max(0, x), y, fontSize: size, strokeWidth: size / 4 }}
                  textAnchor={ends ? 'end' : 'start'}
                >
                  {word}
                </text>
              </g>
            );
          })}
        </svg>
      </div>
      {scaled && (
        <figcaption>
          {say('pictureScaled', {
            ...{ width: original.width, height: original.height },
            ...{ sentWidth: width, sentHeight: height },
          })}
        </figcaption>
      )}
    </figure>
  );
}
