import { useWords } from '#web/i18n.ts';
import { useEnterAs } from '#web/layout/account-menu.tsx';
import { words as layoutWords, personaKey } from '#web/layout/words.ts';
import { useSession } from '#web/session/use-session.ts';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { words } from './words.ts';

/** The roles of a demonstration, each one click away; nothing elsewhere. */
export function Personas({ onDone }: { onDone: () => Promise<void> }) {
  const say = useWords(words);
  const role = useWords(layoutWords);
  const { personas } = useSession();
  const enterAs = useEnterAs();
  if (personas.length === 0) return null;
  return (
    <Section title={say('personas')}>
      <p className="sign-in-quiet">{say('personasWhy')}</p>
      <div className="sign-in-personas">
        {personas.map(({ name }) => {
          const key = personaKey(name);
          return (
            <Button
              key={name}
              onClick={() => void enterAs(name).then((entered) => (entered ? onDone() : undefined))}
            >
              {key === null ? name : role(key)}
            </Button>
          );
        })}
      </div>
    </Section>
  );
}
