type Item = { key: string; text: string; note: string };

type FoundListProps = {
  name: string;
  items: readonly Item[];
  pointed: string | null;
  onPoint: (key: string | null) => void;
};

/** What was found in a picture, by number; pointing at a line marks its place in the picture. */
export function FoundList({ name, items, pointed, onPoint }: FoundListProps) {
  if (items.length === 0) return null;
  return (
    <ol className="play-found" aria-label={name}>
      {items.map(({ key, text, note }) => (
        <li key={key}>
          <button
            type="button"
            aria-pressed={key === pointed}
            onClick={() => onPoint(key === pointed ? null : key)}
            onPointerEnter={() => onPoint(key)}
            onPointerLeave={() => onPoint(null)}
          >
            <span className="figures">{key}</span>
            <span>{text}</span>
            <small className="figures">{note}</small>
          </button>
        </li>
      ))}
    </ol>
  );
}
