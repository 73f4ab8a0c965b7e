import './assurance.css';

/**
 * Where a score lies between 0 and 1, with its interval. Decoration for the eye: the figures stand
 * beside it as text.
 */
export function IntervalBar({ score, low, high }: { score: number; low: number; high: number }) {
  const at = (value: number) => Math.min(1, Math.max(0, value)) * width;
  return (
    <svg
      className="interval-bar"
      viewBox={`0 0 ${width} 12`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect className="interval-all" x="0" y="4" width={width} height="4" />
      <rect className="interval-span" x={at(low)} y="2" width={at(high) - at(low)} height="8" />
      <rect className="interval-score" x={at(score) - 1} y="0" width="2" height="12" />
    </svg>
  );
}

const width = 400;
