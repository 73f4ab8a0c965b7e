import { useWords } from '#web/i18n.ts';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { words } from './words.ts';

/** The pages of the room. */
export function AssuranceTabs() {
  const say = useWords(words);
  return (
    <PageTabs
      label={say('tabs')}
      tabs={[
        { name: say('evaluations'), href: '/assurance' },
        { name: say('suites'), href: '/assurance/suites' },
        { name: say('certificates'), href: '/certificates' },
      ]}
    />
  );
}
