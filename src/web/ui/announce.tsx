import { createContext, type ReactNode, use, useCallback, useRef, useState } from 'react';
import './announce.css';

const saidForMs = 5_000;

const AnnounceContext = createContext<(text: string) => void>(() => {});

/** Says one sentence at the edge of the screen, and aloud to screen readers: `已提交`, `Submitted`. */
export const useAnnounce = () => use(AnnounceContext);

/** Holds the place where sentences are said. It stands once, around all pages. */
export function Announcer({ children }: { children: ReactNode }) {
  const [text, setText] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const announce = useCallback((sentence: string) => {
    clearTimeout(timer.current);
    setText(sentence);
    timer.current = setTimeout(() => setText(''), saidForMs);
  }, []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="announcer" role="status">
        {text !== '' && <p>{text}</p>}
      </div>
    </AnnounceContext>
  );
}
