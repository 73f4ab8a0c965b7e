import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { actsAs } from '#web/session/session-of.ts';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import type { CallView } from './views.ts';
import { words } from './words.ts';

const nameCharactersMax = 60;

/** Enters an organisation of the reader into an open call. */
export function JoinButton({ call }: { call: CallView }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const { account } = useSession();
  const [asking, setAsking] = useState(false);
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const taken = new Set(call.mine.map(({ organisationId }) => organisationId));
  const mayJoin = (account === null ? [] : actsAs(account)).filter(({ id }) => !taken.has(id));
  const organisation = mayJoin.find(({ id }) => id === chosen) ?? mayJoin[0];
  const join = useMutation(
    api.scenarios.joinCall.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.scenarios.key() }),
    }),
  );
  if (organisation === undefined) return null;
  const teamName = name || organisation.name.slice(0, nameCharactersMax);
  return (
    <>
      <Button icon="plus" onClick={() => setAsking(true)}>
        {say('join')}
      </Button>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={say('joinTitle')}
        verb={say('join')}
        done={say('joined')}
        ready={teamName.trim() !== ''}
        send={() =>
          join.mutateAsync({
            callId: call.callId,
            organisationId: organisation.id,
            name: teamName,
          })
        }
      >
        <PlainChoice
          name="organisation"
          label={say('joinAs')}
          help={say('joinAsHelp')}
          value={organisation.id}
          onChange={setChosen}
          options={mayJoin.map(({ id, name: label }) => ({ value: id, label }))}
        />
        <PlainText
          name="team"
          label={say('teamName')}
          help={say('teamNameHelp')}
          required
          charactersMax={nameCharactersMax}
          value={teamName}
          onChange={setName}
        />
      </Ask>
    </>
  );
}
