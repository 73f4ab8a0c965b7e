import { useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { PageTabs } from '#web/ui/page-tabs.tsx';
import { words } from './words.ts';

/** The pages of the room; records of access are for auditors. */
export function PartiesTabs() {
  const say = useWords(words);
  const roles = useSession().account?.roles ?? [];
  const audits = roles.some((role) => role === 'auditor' || role === 'audit_administrator');
  return (
    <PageTabs
      label={say('tabs')}
      tabs={[
        { name: say('directory'), href: '/parties' },
        { name: say('rolesTab'), href: '/parties/roles' },
        ...(audits
          ? [
              { name: say('eventsTab'), href: '/parties/security-events' },
              { name: say('decisionsTab'), href: '/parties/decisions' },
              { name: say('grantsTab'), href: '/parties/grants' },
            ]
          : []),
      ]}
    />
  );
}
