import { useWords } from '#web/i18n.ts';
import { useEnterAs } from '#web/layout/account-menu.tsx';
import { words as layoutWords, personaKey } from '#web/layout/words.ts';
import { useSession } from '#web/session/use-session.ts';
import { words } from './words.ts';

/** One click enters as anyone, while the platform listens on this machine only. */
export function EnterAs() {
  const say = useWords(words);
  const sayRole = useWords(layoutWords);
  const { account, personas } = useSession();
  const enterAs = useEnterAs();
  if (personas.length === 0) return null;
  return (
    <section aria-labelledby="enter-as" className="enter-as">
      <h2 id="enter-as">{sayRole(account === null ? 'enterAs' : 'changeTo')}</h2>
      <p>{account === null ? say('enterWhy') : say('signedInAs', { name: account.name })}</p>
      <ul>
        {personas.map(({ name, partyName }) => {
          const key = personaKey(name);
          return (
            <li key={name}>
              <button
                type="button"
                aria-pressed={name === account?.persona}
                onClick={() => void enterAs(name)}
              >
                <strong>{key === null ? name : sayRole(key)}</strong>
                <span>{key === null ? partyName : sayRole(`${key}Why`)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
