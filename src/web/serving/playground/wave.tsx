import { useMemo } from 'react';
import type { TaskOutputs } from '#contract/serving';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { playgroundWords } from './playground-words.ts';
import { peaksOf, SAMPLES_PER_SECOND } from './wave-file.ts';

const width = 1_000;
const height = 160;
const middle = height / 2;

type WaveProps = {
  samples: Float32Array;
  heard: TaskOutputs['voice-activity-detection'];
  /** Of what is heard now, in seconds. */
  position: number | null;
};

/** The wave of a sound with the stretches that have a voice, and how sure that is over time. */
export function Wave({ samples, heard, position }: WaveProps) {
  const say = useWords(playgroundWords);
  const seconds = samples.length / SAMPLES_PER_SECOND;
  const x = (second: number) => Math.min(width, (second / seconds) * width);
  const wave = useMemo(() => wavePath(samples), [samples]);
  const { segments, probabilities, stepSeconds } = heard;
  const sure = useMemo(
    () => probabilityPath(probabilities, (stepSeconds / seconds) * width),
    [probabilities, stepSeconds, seconds],
  );
  const spans = segments
    .map(({ start, end }) =>
      say('segment', { start: formatNumber(start, 2), end: formatNumber(end, 2) }),
    )
    .join(', ');
  const total = formatNumber(seconds, 1);
  const label = say('waveSays', { seconds: total, count: segments.length, spans });
  return (
    <figure className="play-wave">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {segments.map(({ start, end }) => (
          <rect
            key={start}
            className="play-wave-voice"
            {...{ x: x(start), width: x(end) - x(start), height }}
          />
        ))}
        <path className="play-wave-line" d={wave} vectorEffect="non-scaling-stroke" />
        <path className="play-wave-sure" d={sure} vectorEffect="non-scaling-stroke" />
        {position !== null && (
          <path
            className="play-wave-now"
            d={`M${x(position)} 0V${height}`}
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <figcaption>
        <span className="figures">0 s</span>
        <span className="play-key" data-of="wave">
          {say('wave')}
        </span>
        <span className="play-key" data-of="voice">
          {say('voice')}
        </span>
        <span className="play-key" data-of="sure">
          {say('probability')}
        </span>
        <span className="figures">{total} s</span>
      </figcaption>
    </figure>
  );
}

function wavePath(samples: Float32Array): string {
  const peaks = peaksOf(samples, width);
  const loudest = peaks.reduce((most, { low, high }) => Math.max(most, high, -low), 0.01);
  const y = (value: number) => (middle - (value / loudest) * middle * 0.9).toFixed(1);
  return peaks
    .map(({ low, high }, place) => {
      const x = ((place / peaks.length) * width).toFixed(1);
      return `M${x} ${y(high)}V${y(low)}`;
    })
    .join('');
}

/** At most as many points as there are units of width; of several steps in one the surest is drawn. */
function probabilityPath(probabilities: readonly number[], step: number): string {
  const surest = new Map<number, number>();
  for (const [place, probability] of probabilities.entries()) {
    const at = Math.min(width, Math.round((place + 0.5) * step));
    surest.set(at, Math.max(surest.get(at) ?? 0, probability));
  }
  return [...surest]
    .map(([at, value], place) => {
      return `${place === 0 ? 'M' : 'L'}${at} ${(height - value * height * 0.96 - 2).toFixed(1)}`;
    })
    .join('');
}
