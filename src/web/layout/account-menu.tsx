import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { useReader } from '#web/reader-context.ts';
import type { Role } from '#web/session/session-view.ts';
import { useEnter, useSession } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Icon } from '#web/ui/icon.tsx';
import { Popup } from '#web/ui/popup.tsx';
import { To } from '#web/ui/to.tsx';
import './account-menu.css';
import { words } from './words.ts';

/** As whom one is here; entering and leaving; language and density. */
export function AccountMenu() {
  const say = useWords(words);
  const { account } = useSession();
  const role = account?.role ?? null;
  return (
    <Popup
      kind="quiet"
      icon="person"
      className="account-button"
      label={
        <span className="account-label">
          {account === null ? say('enter') : account.name}
          {role !== null && <span className="role-badge">{say(role)}</span>}
        </span>
      }
    >
      {(close) => (
        <>
          <AccountItems close={close} />
          <RoleItems close={close} />
          <Preferences />
        </>
      )}
    </Popup>
  );
}

function AccountItems({ close }: { close: () => void }) {
  const say = useWords(words);
  const announce = useAnnounce();
  const { account } = useSession();
  const { leave } = useEnter();
  if (account === null) {
    return (
      <To href="/sign-in" className="menu-item" onClick={close}>
        <Icon name="person" />
        {say('signIn')}
      </To>
    );
  }
  const goOut = () => {
    close();
    leave().then(
      () => announce(say('left')),
      (error: unknown) => announce(toProblem(error).message),
    );
  };
  return (
    <>
      <p className="menu-title">{account.organisation ?? account.name}</p>
      <button type="button" className="menu-item" onClick={goOut}>
        <Icon name="out" />
        {say('signOut')}
      </button>
    </>
  );
}

function RoleItems({ close }: { close: () => void }) {
  const say = useWords(words);
  const { account, roles } = useSession();
  const enterAs = useEnterAs();
  if (roles.length === 0) return null;
  return (
    <>
      <hr className="menu-rule" />
      <p className="menu-title">{say(account === null ? 'enterAs' : 'changeTo')}</p>
      {roles.map((role) => (
        <button
          key={role}
          type="button"
          className="menu-item"
          aria-current={role === account?.role || undefined}
          onClick={() => {
            close();
            enterAs(role);
          }}
        >
          {say(role)}
          {role === account?.role && <Icon name="check" />}
        </button>
      ))}
    </>
  );
}

/** Enters as a role and says so. */
export function useEnterAs(): (role: Role) => void {
  const say = useWords(words);
  const announce = useAnnounce();
  const { enterAs } = useEnter();
  return (role) => {
    enterAs(role).then(
      () => announce(say('entered', { role: say(role) })),
      (error: unknown) => announce(toProblem(error).message),
    );
  };
}

/** A language is called what its own speakers call it. */
const languages = [
  { language: 'zh', name: '中文' },
  { language: 'en', name: 'English' },
] as const;

function Preferences() {
  const say = useWords(words);
  const { choices, change } = useReader();
  const item = (key: string, label: string, chosen: boolean, choose: () => void) => (
    <button key={key} type="button" className="menu-item" aria-pressed={chosen} onClick={choose}>
      {label}
      {chosen && <Icon name="check" />}
    </button>
  );
  return (
    <>
      <hr className="menu-rule" />
      <p className="menu-title">{say('language')}</p>
      {languages.map(({ language, name }) =>
        item(language, name, choices.language === language, () => change({ language })),
      )}
      <p className="menu-title">{say('density')}</p>
      {(['roomy', 'dense'] as const).map((density) =>
        item(density, say(density), choices.density === density, () => change({ density })),
      )}
    </>
  );
}
