import { useRouter } from '@tanstack/react-router';
import { formatList } from '#web/format.ts';
import { useLanguage, useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { useReader } from '#web/reader-context.ts';
import type { Account } from '#web/session/session-of.ts';
import { useEnter, useSession } from '#web/session/use-session.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Icon } from '#web/ui/icon.tsx';
import { Popup } from '#web/ui/popup.tsx';
import { To } from '#web/ui/to.tsx';
import './account-menu.css';
import { roleKey, words } from './words.ts';

/** As whom one is here; entering and leaving; language and density. */
export function AccountMenu() {
  const say = useWords(words);
  const { account } = useSession();
  const role = account === null ? null : badgeOf(account);
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
          <PersonaItems close={close} />
          <Preferences />
        </>
      )}
    </Popup>
  );
}

/** The persona, or else the first role on the platform. */
function badgeOf({ persona, roles }: Account) {
  return [persona, ...roles].map(roleKey).find((key) => key !== null) ?? null;
}

function AccountItems({ close }: { close: () => void }) {
  const say = useWords(words);
  const announce = useAnnounce();
  const language = useLanguage();
  const router = useRouter();
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
      () => {
        announce(say('left'));
        router.history.push('/');
      },
      (error: unknown) => announce(toProblem(error).message),
    );
  };
  return (
    <>
      <p className="menu-title">
        {account.organisations.length === 0
          ? account.name
          : formatList(
              account.organisations.map(({ name }) => name),
              language,
            )}
      </p>
      <To href="/account" className="menu-item" onClick={close}>
        <Icon name="person" />
        {say('account')}
      </To>
      <button type="button" className="menu-item" onClick={goOut}>
        <Icon name="out" />
        {say('signOut')}
      </button>
    </>
  );
}

function PersonaItems({ close }: { close: () => void }) {
  const say = useWords(words);
  const { account, personas } = useSession();
  const enterAs = useEnterAs();
  if (personas.length === 0) return null;
  return (
    <>
      <hr className="menu-rule" />
      <p className="menu-title">{say(account === null ? 'enterAs' : 'changeTo')}</p>
      {personas.map(({ name }) => {
        const key = roleKey(name);
        return (
          <button
            key={name}
            type="button"
            className="menu-item"
            aria-current={name === account?.persona || undefined}
            onClick={() => {
              close();
              void enterAs(name);
            }}
          >
            {key === null ? name : say(key)}
            {name === account?.persona && <Icon name="check" />}
          </button>
        );
      })}
    </>
  );
}

/** Enters as a persona and says so; resolves to whether it went through. */
export function useEnterAs(): (persona: string) => Promise<boolean> {
  const say = useWords(words);
  const announce = useAnnounce();
  const { enterAs } = useEnter();
  return async (persona) => {
    const key = roleKey(persona);
    try {
      await enterAs(persona);
      announce(say('entered', { role: key === null ? persona : say(key) }));
      return true;
    } catch (error) {
      announce(toProblem(error).message);
      return false;
    }
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
