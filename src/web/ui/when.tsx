import { formatInstant, formatRelative } from '#web/format.ts';
import { useLanguage } from '#web/i18n.ts';

/** `2026-11-23 14:05` in the reader's zone; how long ago, and which zone, on hover. */
export function When({ at }: { at: string }) {
  const language = useLanguage();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <time dateTime={at} title={`${formatRelative(at, Date.now(), language)} · ${zone}`}>
      {formatInstant(at)}
    </time>
  );
}
