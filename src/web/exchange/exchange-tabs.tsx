import { useWords } from '#web/i18n.ts';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { words } from './words.ts';

/** The pages of the room. */
export function ExchangeTabs() {
  const say = useWords(words);
  return (
    <PageTabs
      label={say('tabs')}
      tabs={[
        { name: say('market'), href: '/exchange' },
        { name: say('agreements'), href: '/exchange/agreements' },
        { name: say('accounts'), href: '/exchange/accounts' },
      ]}
    />
  );
}
