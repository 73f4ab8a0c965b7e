import { useWords } from '#web/i18n.ts';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { words } from './words.ts';

/** The pages of the room. */
export function JobTabs() {
  const say = useWords(words);
  return (
    <PageTabs
      label={say('tabs')}
      tabs={[
        { name: say('list'), href: '/jobs' },
        { name: say('pools'), href: '/jobs/pools' },
      ]}
    />
  );
}
