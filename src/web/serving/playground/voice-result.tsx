import type { TaskOutputs } from '#contract/serving';
import { formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { playgroundWords } from './playground-words.ts';
import { useSoundPlayer } from './use-sound-player.ts';
import { Wave } from './wave.tsx';
import { SAMPLES_PER_SECOND } from './wave-file.ts';

const shownMax = 100;
const second = (value: number) => formatNumber(value, 2);

type VoiceProps = { samples: Float32Array; heard: TaskOutputs['voice-activity-detection'] };

/** Where there is a voice: over the wave and in a list, each stretch to be heard. */
export function VoiceResult({ samples, heard }: VoiceProps) {
  const say = useWords(playgroundWords);
  const { position, play, stop } = useSoundPlayer(samples);
  const { segments } = heard;
  const total = samples.length / SAMPLES_PER_SECOND;
  const voiced = segments.reduce((sum, { start, end }) => sum + end - start, 0);
  return (
    <>
      <Wave samples={samples} heard={heard} position={position} />
      <div className="play-line">
        {position === null ? (
          <Button icon="play" onClick={() => play(0, total)}>
            {say('playAll')}
          </Button>
        ) : (
          <Button icon="stop" onClick={stop}>
            {say('stopPlaying')}
          </Button>
        )}
        <h3>
          {segments.length === 0
            ? say('foundNone')
            : say('segments', { count: segments.length, seconds: second(voiced) })}
        </h3>
      </div>
      <ol className="play-segments">
        {segments.slice(0, shownMax).map(({ start, end }) => (
          <li key={start}>
            <Button
              kind="quiet"
              icon="play"
              aria-label={say('playSegment', { start: second(start), end: second(end) })}
              onClick={() => play(start, Math.min(end, total))}
            >
              <span className="figures">
                {say('segment', { start: second(start), end: second(end) })}
              </span>
            </Button>
          </li>
        ))}
      </ol>
      {segments.length > shownMax && (
        <p className="play-quiet">{say('cut', { count: shownMax })}</p>
      )}
    </>
  );
}
