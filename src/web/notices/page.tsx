import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { useMe } from '#web/parties/use-me.ts';
import { toProblem } from '#web/problem.ts';
import { useSession } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { PageBody, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState, Loaded, Loading } from '#web/ui/states.tsx';
import { FailedMail } from './failed-mail.tsx';
import { type NoticeKind, noticeKinds } from './kinds.ts';
import './notices.css';
import { Webhooks } from './webhooks.tsx';
import { words } from './words.ts';

/** How notices come: by mail, and to the systems of one's organisations. */
export function NoticesPage() {
  const say = useWords(words);
  const { known } = useSession();
  const me = useMe();
  return (
    <>
      <PageHead
        name={say('title')}
        parent={{ name: say('inbox'), href: '/inbox' }}
        why={say('why')}
      />
      {me !== null && (
        <PageBody>
          <MailPreferences />
          <Webhooks me={me} />
          {me.roles.includes('operator') && <FailedMail />}
        </PageBody>
      )}
      {me === null && !known && <Loading />}
      {me === null && known && (
        <EmptyState
          what={say('stranger')}
          why={say('strangerWhy')}
          next={
            <ButtonLink kind="main" href="/sign-in?to=/notices">
              {say('signIn')}
            </ButtonLink>
          }
        />
      )}
    </>
  );
}

const everything = '*';

function MailPreferences() {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const query = useQuery(api.notices.listPreferences.queryOptions({ input: {} }));
  const set = async (kind: NoticeKind | typeof everything, enabled: boolean) => {
    setBusy(kind);
    try {
      await api.notices.setPreference.call({ kind, channel: 'mail', enabled });
      await queries.invalidateQueries({ queryKey: api.notices.listPreferences.key() });
      announce(say('saved'));
    } catch (error) {
      announce(toProblem(error).message);
    }
    setBusy(null);
  };
  return (
    <Section title={say('mail')}>
      <p className="notices-quiet">{say('mailWhy')}</p>
      <Loaded query={query}>
        {({ items }) => {
          const chosen = (kind: string) => items.find((item) => item.kind === kind)?.enabled;
          const all = chosen(everything) ?? true;
          const line = (kind: NoticeKind | typeof everything, text: string, checked: boolean) => (
            <li key={kind}>
              <label className="menu-item">
                <input
                  type="checkbox"
                  checked={checked}
                  disabled={busy === kind}
                  onChange={(event) => void set(kind, event.target.checked)}
                />
                {text}
              </label>
            </li>
          );
          return (
            <ul>
              {line(everything, say('everything'), all)}
              {noticeKinds.map((kind) => line(kind, say(`kind.${kind}`), chosen(kind) ?? all))}
            </ul>
          );
        }}
      </Loaded>
    </Section>
  );
}
