import { markStrokes } from './mark-strokes.ts';

/** Stands beside the name in the navigation, nowhere else. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden="true" fill="none" strokeLinecap="round">
      {markStrokes.map((stroke, place) => (
        <path
          key={stroke}
          d={stroke}
          stroke={place === 0 ? 'var(--accent)' : 'currentColor'}
          strokeWidth="2.4"
          strokeLinejoin="round"
        />
      ))}
    </svg>
  );
}
