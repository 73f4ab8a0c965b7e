import { useWords } from '#web/i18n.ts';
import { StateTag } from '#web/ui/state-tag.tsx';
import { words } from './words.ts';

/** Whether a party may use the platform. */
export function Standing({ suspended }: { suspended: boolean }) {
  const say = useWords(words);
  return suspended ? (
    <StateTag state="stopped" label={say('suspended')} />
  ) : (
    <StateTag state="done" label={say('active')} />
  );
}
