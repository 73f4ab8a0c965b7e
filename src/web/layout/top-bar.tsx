import { useWords } from '#web/i18n.ts';
import { useWaiting } from '#web/inbox/use-waiting.ts';
import { Mark } from '#web/mark.tsx';
import { useReader } from '#web/reader-context.ts';
import { useSession } from '#web/session/use-session.ts';
import { Button, IconButton } from '#web/ui/button.tsx';
import { Icon } from '#web/ui/icon.tsx';
import { To } from '#web/ui/to.tsx';
import { AccountMenu } from './account-menu.tsx';
import { SearchBox } from './search-box.tsx';
import './top-bar.css';
import { words } from './words.ts';

/** The mark, one search box over everything, what waits for the reader, and who they are here. */
export function TopBar({ onOpenNavigation }: { onOpenNavigation: () => void }) {
  const say = useWords(words);
  return (
    <header className="top-bar">
      <IconButton
        icon="menu"
        label={say('openNavigation')}
        className="top-bar-menu"
        onClick={onOpenNavigation}
      />
      <To href="/" className="top-bar-brand">
        <Mark />
        {say('brand')}
      </To>
      <SearchBox />
      <div className="top-bar-end">
        <To href="/search" className="button button-quiet button-icon top-bar-search">
          <Icon name="search" />
          <span className="unseen">{say('searchShort')}</span>
        </To>
        <OtherLanguage />
        <Inbox />
        <AccountMenu />
      </div>
    </header>
  );
}

/** One press reads the portal in the other language. */
function OtherLanguage() {
  const say = useWords(words);
  const { choices, change } = useReader();
  const other = choices.language === 'zh' ? 'en' : 'zh';
  return (
    <Button
      kind="quiet"
      className="top-bar-language"
      lang={other}
      onClick={() => change({ language: other })}
    >
      {say('otherLanguage')}
    </Button>
  );
}

const countMax = 99;

function Inbox() {
  const say = useWords(words);
  const signedIn = useSession().account !== null;
  const { cases, notices } = useWaiting();
  const count = cases + notices;
  if (!signedIn) return null;
  const label = count === 0 ? say('inbox') : say('inboxWaiting', { count });
  return (
    <To href="/inbox" className="button button-quiet button-icon top-bar-inbox" title={label}>
      <Icon name="inbox" />
      <span className="unseen">{label}</span>
      {count > 0 && (
        <b className="figures" aria-hidden="true">
          {count > countMax ? `${countMax}+` : count}
        </b>
      )}
    </To>
  );
}
