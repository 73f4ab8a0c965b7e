import type { TaskOutputs } from '#contract/serving';
import { formatPercent } from '#web/format.ts';

const shownMax = 10;

/** Labels with their scores as bars from nothing to certain, the likeliest first. */
export function LabelBars({ labels }: { labels: TaskOutputs['image-classification'] }) {
  return (
    <ol className="play-labels">
      {labels.slice(0, shownMax).map(({ label, score }) => (
        <li key={label}>
          <span>{label}</span>
          <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect className="play-bar-all" width="100" height="1" />
            <rect className="play-bar" width={score * 100} height="1" />
          </svg>
          <span className="figures">{formatPercent(score)}</span>
        </li>
      ))}
    </ol>
  );
}
