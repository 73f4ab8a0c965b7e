import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import type { Party } from './party-page.tsx';
import { ShowOnce } from './show-once.tsx';
import { words } from './words.ts';

type Deed = 'suspend' | 'restore' | 'issuePassword';

/** What the security administrator does with an account: suspend, restore, a one-time password. */
export function SecureAccount({ party }: { party: Party }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [deed, setDeed] = useState<Deed | null>(null);
  const [reason, setReason] = useState('');
  const [password, setPassword] = useState<string | null>(null);
  const shown = deed ?? 'suspend';
  const { id: partyId, suspended, kind } = party;
  const send = async () => {
    const input = { partyId, reason };
    if (shown === 'issuePassword') {
      setPassword((await api.parties.issuePassword.call(input)).password);
    } else if (shown === 'suspend') await api.parties.suspendParty.call(input);
    else await api.parties.restoreParty.call(input);
    setReason('');
    await queries.invalidateQueries({ queryKey: api.parties.key() });
  };
  const why = { suspend: 'suspendWhy', restore: 'restoreWhy', issuePassword: 'issueWhy' } as const;
  return (
    <Section title={say('secure')}>
      <div className="party-deeds">
        {suspended ? (
          <Button onClick={() => setDeed('restore')}>{say('restore')}</Button>
        ) : (
          <Button kind="danger" onClick={() => setDeed('suspend')}>
            {say('suspend')}
          </Button>
        )}
        {kind === 'person' && (
          <Button onClick={() => setDeed('issuePassword')}>{say('issuePassword')}</Button>
        )}
      </div>
      <Ask
        open={deed !== null}
        onClose={() => setDeed(null)}
        title={`${say(shown)} · ${party.name}`}
        verb={say(shown)}
        danger={shown === 'suspend'}
        {...(shown === 'issuePassword' ? {} : { done: say(`${shown}Done`) })}
        ready={reason.trim() !== ''}
        send={send}
      >
        <p>{say(why[shown])}</p>
        <PlainText
          name="reason"
          label={say('reason')}
          help={say('reasonHelp')}
          lines={2}
          required
          charactersMax={1000}
          value={reason}
          onChange={setReason}
          {...(reason.trim() === '' ? { problem: say('reasonMissing') } : {})}
        />
      </Ask>
      <ShowOnce
        title={say('oneTimePassword')}
        secret={password}
        onClose={() => setPassword(null)}
      />
    </Section>
  );
}
