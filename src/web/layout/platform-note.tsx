import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { To } from '#web/ui/to.tsx';
import { words } from './words.ts';

/** What the reader must know of this platform before believing it: a demonstration, not durable. */
export function PlatformNote() {
  const api = useApi();
  const say = useWords(words);
  const staleTime = Number.POSITIVE_INFINITY;
  const { data } = useQuery(api.kernel.getPlatform.queryOptions({ input: {}, staleTime }));
  if (data === undefined) return null;
  return (
    <footer className="platform-note">
      <span>{say('version', { version: data.version })}</span>
      <To href="/api">{say('interfaces')}</To>
      {data.demonstration && <span>{say('demonstration')}</span>}
      {data.durability === 'process_crash' && <span>{say('processCrash')}</span>}
    </footer>
  );
}
