import { useEffect, useRef, useState } from 'react';

const SECONDS_MAX = 120;
const TICK_MS = 1_000;

/** Records from the microphone. What was recorded is given once it is stopped, at the latest after two minutes. */
export function useRecorder(onSound: (file: File) => void) {
  const [state, setState] = useState<'idle' | 'recording' | 'refused'>('idle');
  const [seconds, setSeconds] = useState(0);
  const recorder = useRef<MediaRecorder>(undefined);
  const gone = useRef(false);

  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      release(recorder.current);
    };
  }, []);

  useEffect(() => {
    if (state !== 'recording') return;
    const timer = setInterval(() => setSeconds((before) => before + 1), TICK_MS);
    const end = setTimeout(() => recorder.current?.stop(), SECONDS_MAX * TICK_MS);
    return () => {
      clearInterval(timer);
      clearTimeout(end);
    };
  }, [state]);

  const start = async () => {
    // A page that came over plain HTTP from another machine has no devices at all.
    const stream = await navigator.mediaDevices
      ?.getUserMedia({ audio: true })
      .catch(() => undefined);
    if (stream === undefined) return setState('refused');
    const mine = new MediaRecorder(stream);
    recorder.current = mine;
    if (gone.current) return release(mine);
    const parts: Blob[] = [];
    mine.addEventListener('dataavailable', ({ data }) => parts.push(data));
    mine.addEventListener('stop', () => {
      release(mine);
      if (gone.current) return;
      setState('idle');
      onSound(new File(parts, 'recording.webm', { type: mine.mimeType }));
    });
    setSeconds(0);
    mine.start();
    setState('recording');
  };
  return { state, seconds, start: () => void start(), stop: () => recorder.current?.stop() };
}

/** The browser's mark of a live microphone goes out with its tracks. */
function release(recorder: MediaRecorder | undefined): void {
  for (const track of recorder?.stream.getTracks() ?? []) track.stop();
}
