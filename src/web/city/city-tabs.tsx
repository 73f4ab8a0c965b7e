import { useWords } from '#web/i18n.ts';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { words } from './words.ts';

/** The pages of the room. */
export function CityTabs() {
  const say = useWords(words);
  return (
    <PageTabs
      label={say('tabs')}
      tabs={[
        { name: say('incidents'), href: '/city' },
        { name: say('commands'), href: '/city/commands' },
        { name: say('rules'), href: '/city/rules' },
        { name: say('things'), href: '/city/things' },
        { name: say('map'), href: '/city/map' },
      ]}
    />
  );
}
