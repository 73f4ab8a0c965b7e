import { useWords } from '#web/i18n.ts';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { words } from './words.ts';

/** The two lists of the room. */
export function RoomTabs() {
  const say = useWords(words);
  return (
    <PageTabs
      label={say('parts')}
      tabs={[
        { name: say('scenarios'), href: '/scenarios' },
        { name: say('calls'), href: '/scenarios/calls' },
      ]}
    />
  );
}
