import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { When } from '#web/ui/when.tsx';
import './city.css';
import { type Command, commandMarks, parametersText } from './views.ts';
import { words } from './words.ts';

/** The word of a command's state. */
export const commandWord = (state: Command['state']) => (state === 'done' ? 'succeeded' : state);

/** Where a command stands, and why it went no further. */
export function CommandState({ command }: { command: Command }) {
  const say = useWords(words);
  const { state, problem, stopped } = command;
  const held = stopped && (state === 'proposed' || state === 'confirmed');
  return (
    <span className="incident-name">
      <StateTag state={commandMarks[state]} label={say(commandWord(state))} />
      {problem !== null && <small>{problem}</small>}
      {held && <StateTag state="stopped" label={say('commandsStopped')} />}
    </span>
  );
}

/** Confirm or refuse, for whoever may; each asks first. */
export function CommandControl({ command }: { command: Command }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'confirm' | 'refuse' | null>(null);
  if (!command.mayConfirm) return null;
  const { commandId, name, parameters, thingName, reason, expiresAt } = command;
  const reread = async () => {
    await queries.invalidateQueries({ queryKey: api.city.key() });
    await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
  };
  const summary = [
    [say('chosenThing'), thingName],
    [say('parameters'), parametersText(parameters) || '–'],
    [say('reason'), reason],
    [say('expiresAt'), <When key="until" at={expiresAt} />],
  ] as const;
  return (
    <span className="command-control">
      <Button kind="main" icon="check" onClick={() => setAsking('confirm')}>
        {say('confirm')}
      </Button>
      <Button onClick={() => setAsking('refuse')}>{say('refuse')}</Button>
      <Ask
        open={asking === 'confirm'}
        onClose={() => setAsking(null)}
        title={say('confirmTitle', { name })}
        verb={say('confirm')}
        done={say('confirmed')}
        summary={summary}
        send={async () => {
          await api.city.confirmCommand.call({ commandId });
          await reread();
        }}
      >
        <p>{say('confirmWhy')}</p>
      </Ask>
      <Ask
        open={asking === 'refuse'}
        onClose={() => setAsking(null)}
        title={say('refuseTitle', { name })}
        verb={say('refuse')}
        done={say('refused')}
        danger
        summary={summary}
        reason={{ label: say('reason'), help: say('reasonHelp') }}
        send={async (why) => {
          await api.city.refuseCommand.call({ commandId, reason: why });
          await reread();
        }}
      />
    </span>
  );
}
