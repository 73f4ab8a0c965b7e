import { useEffect, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { Button } from './button.tsx';
import './copy-text.css';
import { words } from './words.ts';

const saidForMs = 2_000;

/** Puts a text on the clipboard and says so. `label` is the verb on the button. */
export function CopyText({ text, label }: { text: string; label?: string }) {
  const say = useWords(words);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), saidForMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      kind="quiet"
      className="copy-text"
      icon={copied ? 'check' : 'copy'}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <span aria-live="polite">{copied ? say('copied') : (label ?? say('copy'))}</span>
    </Button>
  );
}

/** A digest or identifier: its two ends; all of it on demand. */
export function Digest({ value }: { value: string }) {
  const [whole, setWhole] = useState(false);
  const start = value.indexOf(':') + 9;
  const short = value.length <= start + 8 ? value : `${value.slice(0, start)}…${value.slice(-4)}`;
  return (
    <span className="digest">
      <button
        type="button"
        className="digest-text"
        aria-expanded={whole}
        onClick={() => setWhole(!whole)}
      >
        <code>{whole ? value : short}</code>
      </button>
      {whole && <CopyText text={value} />}
    </span>
  );
}

/** A command for a terminal, with a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <div className="command">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <CopyText text={text} />
    </div>
  );
}
