import { useWords } from '#web/i18n.ts';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { words } from './words.ts';

/** The pages of the room. */
export function GovernanceTabs() {
  const say = useWords(words);
  return (
    <PageTabs
      label={say('tabs')}
      tabs={[
        { name: say('assessments'), href: '/governance' },
        { name: say('approvals'), href: '/governance/approvals' },
        { name: say('stops'), href: '/governance/stops' },
        { name: say('warnings'), href: '/governance/warnings' },
      ]}
    />
  );
}
