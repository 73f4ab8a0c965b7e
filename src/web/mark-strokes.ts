import { palettes } from './theme.ts';

/** The mark on a grid of 20: three strokes in the V of flying geese, the first one in accent. */
export const markStrokes = [
  'M7.6 5.9 10 3.2 12.4 5.9',
  'M6.6 8.9 2.4 16.6',
  'M13.4 8.9 17.6 16.6',
] as const;

/** The mark as the icon of the tab. */
export function faviconHref(): string {
  const { accent, primary } = palettes.light;
  const paths = markStrokes.map(
    (stroke, place) => `<path d="${stroke}" stroke="${place === 0 ? accent : primary}"/>`,
  );
  const pen = 'fill="none" stroke-width="2.8" stroke-linecap="round" stroke-linejoin="round"';
  const frame = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" ${pen}`;
  const svg = `<svg ${frame}>${paths.join('')}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
