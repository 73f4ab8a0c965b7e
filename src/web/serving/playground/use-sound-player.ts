import { useEffect, useRef, useState } from 'react';
import { SAMPLES_PER_SECOND } from './wave-file.ts';

type Playing = { context: AudioContext; from: number; until: number };

/** Plays parts of a sound, and says how far it is: seconds from its beginning, null while it is silent. */
export function useSoundPlayer(samples: Float32Array) {
  const [position, setPosition] = useState<number | null>(null);
  const playing = useRef<Playing>(undefined);
  const frame = useRef(0);

  const stop = () => {
    cancelAnimationFrame(frame.current);
    void playing.current?.context.close();
    playing.current = undefined;
    setPosition(null);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another sound ends what plays, and so does leaving
  useEffect(() => stop, [samples]);

  const follow = () => {
    const now = playing.current;
    if (now === undefined) return;
    const at = now.from + now.context.currentTime;
    if (at >= now.until) return stop();
    setPosition(at);
    frame.current = requestAnimationFrame(follow);
  };
  const play = (from: number, until: number) => {
    stop();
    const context = new AudioContext();
    const buffer = context.createBuffer(1, samples.length, SAMPLES_PER_SECOND);
    buffer.getChannelData(0).set(samples);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start(0, from, until - from);
    playing.current = { context, from, until };
    follow();
  };
  return { position, play, stop };
}
