import { useWords } from '#web/i18n.ts';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { words } from './words.ts';

/** The pages of the room. */
export function ObservatoryTabs() {
  const say = useWords(words);
  return (
    <PageTabs
      label={say('tabs')}
      tabs={[
        { name: say('indicators'), href: '/observatory' },
        { name: say('values'), href: '/observatory/values' },
        { name: say('import'), href: '/observatory/import' },
        { name: say('periods'), href: '/observatory/periods' },
      ]}
    />
  );
}
