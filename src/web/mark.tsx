/** The mark: three strokes in the V of flying geese, the first one in accent. */
const strokes = ['M7.2 7.6 10 4l2.8 3.6', 'M1.6 15.4l2.8-3.6 2.8 3.6', 'M12.8 15.4l2.8-3.6 2.8 3.6'];

/** Stands beside the name in the navigation, nowhere else. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden="true" fill="none" strokeLinecap="round">
      {strokes.map((stroke, place) => (
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
