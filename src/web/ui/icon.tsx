/** Strokes on a grid of 20, drawn for this portal. */
const shapes = {
  home: 'M3 9.5 10 3.5l7 6M5 8.5V16.5h10V8.5M8.5 16.5v-4.5h3v4.5',
  scenarios: 'M4.5 17.5V3M4.5 3.8h10.5l-2.4 3.6 2.4 3.6H4.5',
  hub: 'M10 2.8l6.5 3.6v7.2L10 17.2l-6.5-3.6V6.4zM3.7 6.5 10 10l6.3-3.5M10 10v7',
  jobs: 'M6 6h8v8H6zM8 3v3M12 3v3M8 14v3M12 14v3M3 8h3M3 12h3M14 8h3M14 12h3',
  assurance: 'M3.5 14a6.5 6.5 0 1 1 13 0M10 14l3.4-4.6M3 16.8h14',
  exchange: 'M3.5 7h11M11.5 4l3 3-3 3M16.5 13h-11M8.5 10l-3 3 3 3',
  serving: 'M3 10h3l2-5.5 4 11 2-5.5h3',
  governance: 'M7 3h6l4 4v6l-4 4H7l-4-4V7zM7 10h6',
  cases: 'M3.5 11.5 5.6 4h8.8l2.1 7.5v4.7h-13zM3.5 11.5h4l1 2h3l1-2h4',
  ledger:
    'M5 3h9.5a1 1 0 0 1 1 1v13H6a1.5 1.5 0 0 1-1.5-1.5V3.5A.5.5 0 0 1 5 3zM4.5 14.5h11' +
    'M8 6.5h4.5M8 9.5h4.5',
  verify: 'M10 2.8l6 2.2v4.6c0 3.6-2.4 6.2-6 7.6-3.6-1.4-6-4-6-7.6V5zM7.2 9.8l2.1 2.1 3.6-3.8',
  parties:
    'M7.5 9.3a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z' +
    'M2.5 16.5c0-3 2.2-4.8 5-4.8s5 1.8 5 4.8M12.8 4a2.6 2.6 0 0 1 0 5M14.5 12c1.9.6 3 2.2 3 4.5',
  city: 'M3 17h14M5 17V8l4-2v11M9 17V3.5l6 2.5v11M11.5 8.5h1M11.5 11.5h1M6.5 11h1',
  observatory: 'M3 17h14M5 14v-4M9 14V5M13 14V8M17 4l-4 4-4-3-4 5',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.4 13.4 17 17',
  inbox:
    'M10 3a4.6 4.6 0 0 0-4.6 4.6c0 4-1.9 5.6-1.9 5.6h13s-1.9-1.6-1.9-5.6A4.6 4.6 0 0 0 10 3z' +
    'M8.2 16a2 2 0 0 0 3.6 0',
  person:
    'M10 10a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6zM3.5 17c.4-3.4 3-5.2 6.5-5.2s6.1 1.8 6.5 5.2',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  close: 'M5 5l10 10M15 5 5 15',
  down: 'M5 8l5 5 5-5',
  next: 'M8 5l5 5-5 5',
  back: 'M12 5l-5 5 5 5',
  forward: 'M3.5 10h13M11.5 5l5 5-5 5',
  download: 'M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13',
  upload: 'M10 13V3.5M6 7l4-4 4 4M3.5 16.5h13',
  copy: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7',
  columns: 'M3.5 4h13v12h-13zM8 4v12M12.3 4v12',
  filter: 'M3.5 5h13M6 10h8M8.5 15h3',
  check: 'M4 10.5l4 4 8-9',
  plus: 'M10 4v12M4 10h12',
  language:
    'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM3.2 10h13.6' +
    'M10 3c2 2 3 4.4 3 7s-1 5-3 7c-2-2-3-4.4-3-7s1-5 3-7z',
  proof: 'M10 2.8l6 2.2v4.6c0 3.6-2.4 6.2-6 7.6-3.6-1.4-6-4-6-7.6V5z',
  outside: 'M8 4H4v12h12v-4M11.5 3.5h5v5M16.5 3.5 9.5 10.5',
  alert: 'M10 3.2 17.5 16.5h-15zM10 8v4M10 14.3h.01',
  out: 'M11.5 4H4v12h7.5M8.5 10H17M13.8 6.5 17 10l-3.2 3.5',
  pencil: 'M4 16l.7-3.2L13.5 4l2.5 2.5-8.8 8.8zM11.8 5.7l2.5 2.5',
  stop: 'M5.5 5.5h9v9h-9z',
  play: 'M6.5 4.5v11l8.5-5.5z',
  record:
    'M10 12a2.5 2.5 0 0 0 2.5-2.5V5.5a2.5 2.5 0 0 0-5 0v4A2.5 2.5 0 0 0 10 12zM5 9.5a5 5 0 0 0 10 0M10 14.5V17',
} as const;

export type IconName = keyof typeof shapes;

/** An icon beside words; it says nothing on its own. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}
