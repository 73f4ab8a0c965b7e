import { markStrokes } from './mark-strokes.ts';
import { palettes } from './theme.ts';

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
