import { useWords } from '#web/i18n.ts';
import type { Account } from '#web/session/session-of.ts';
import { SignInLink } from '#web/session/sign-in-link.tsx';
import { useSession } from '#web/session/use-session.ts';
import { PageBody } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState, Loading } from '#web/ui/states.tsx';
import { words as uiWords } from '#web/ui/words.ts';
import { FailedMail } from './failed-mail.tsx';
import { MailKinds } from './mail-kinds.tsx';
import './notices.css';
import { Webhooks } from './webhooks.tsx';
import { words } from './words.ts';

/** Which notices come by mail, which are posted to other systems, and what was not delivered. */
export function NoticeSettingsPage() {
  const say = useWords(words);
  const { account, known } = useSession();
  return (
    <>
      <PageHead
        name={say('title')}
        parent={{ name: say('inbox'), href: '/inbox' }}
        why={say('why')}
      />
      {known ? account === null ? <Stranger /> : <Settings account={account} /> : <Loading />}
    </>
  );
}

function Stranger() {
  const say = useWords(words);
  const sayUi = useWords(uiWords);
  return (
    <EmptyState
      what={say('stranger')}
      why={say('strangerWhy')}
      next={<SignInLink kind="main">{sayUi('signIn')}</SignInLink>}
    />
  );
}

function Settings({ account }: { account: Account }) {
  return (
    <PageBody>
      <MailKinds />
      <Webhooks account={account} />
      {account.roles.includes('system_administrator') && <FailedMail />}
    </PageBody>
  );
}
