import { useWords } from '#web/i18n.ts';
import './city.css';
import type { Severity } from './views.ts';
import { words } from './words.ts';

/** How grave it is, as a word with as many bars: one for a notice, four for critical. */
export function SeverityTag({ severity }: { severity: Severity }) {
  const say = useWords(words);
  const bars = { info: 1, minor: 2, major: 3, critical: 4 }[severity];
  return (
    <span className={`severity severity-${severity}`}>
      <svg viewBox="0 0 16 12" aria-hidden="true">
        {[0, 1, 2, 3].map((bar) => (
          <rect
            key={bar}
            data-on={bar < bars || undefined}
            x={bar * 4}
            y={9 - bar * 3}
            width={3}
            height={3 + bar * 3}
          />
        ))}
      </svg>
      {say(severity)}
    </span>
  );
}
