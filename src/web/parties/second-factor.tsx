import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Command, CopyText } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { accountWords } from './account-words.ts';
import { secretOf } from './otpauth.ts';

type Proof = { totpUri: string; recoveryCodes: readonly string[] };
type Deed = 'enable' | 'disable' | 'renew';

/** Six digits from an app beside the password: on, off, recovery codes. */
export function SecondFactor({ on }: { on: boolean }) {
  const api = useApi();
  const say = useWords(accountWords);
  const queries = useQueryClient();
  const [deed, setDeed] = useState<Deed | null>(null);
  const [password, setPassword] = useState('');
  const [proof, setProof] = useState<Proof | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const reread = () => queries.invalidateQueries({ queryKey: api.parties.me.key() });
  const send = async () => {
    if (deed === 'disable') await api.auth.disableSecondFactor.call({ password });
    else if (deed === 'renew') {
      setCodes((await api.auth.renewRecoveryCodes.call({ password })).recoveryCodes ?? []);
    } else {
      const begun = await api.auth.enableSecondFactor.call({ password });
      setProof({ totpUri: begun.totpUri ?? '', recoveryCodes: begun.recoveryCodes ?? [] });
    }
    setPassword('');
    await reread();
  };
  const shown = deed ?? 'enable';
  const why = { enable: 'secondWhy', disable: 'disableWhy', renew: 'renewWhy' } as const;
  return (
    <Section
      title={say('second')}
      action={<StateTag state={on ? 'done' : 'draft'} label={say(on ? 'secondOn' : 'secondOff')} />}
    >
      <p className="party-quiet">{say('secondWhy')}</p>
      <div className="party-deeds">
        {on ? (
          <>
            <Button onClick={() => setDeed('renew')}>{say('renew')}</Button>
            <Button kind="danger" onClick={() => setDeed('disable')}>
              {say('disable')}
            </Button>
          </>
        ) : (
          <Button kind="main" onClick={() => setDeed('enable')}>
            {say('enable')}
          </Button>
        )}
      </div>
      <Ask
        open={deed !== null}
        onClose={() => setDeed(null)}
        title={`${say('second')} · ${say(shown)}`}
        verb={say(shown)}
        danger={shown === 'disable'}
        ready={password !== ''}
        {...(shown === 'disable' ? { done: say('disabled') } : {})}
        send={send}
      >
        <p>{say(why[shown])}</p>
        <PlainText
          name="password"
          label={say('confirmPassword')}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={setPassword}
        />
      </Ask>
      <Confirm
        proof={proof}
        onClose={() => setProof(null)}
        onDone={() => {
          setCodes(proof?.recoveryCodes ?? null);
          setProof(null);
          void reread();
        }}
      />
      <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />
    </Section>
  );
}

function Confirm({
  proof,
  onClose,
  onDone,
}: {
  proof: Proof | null;
  onClose: () => void;
  onDone: () => void;
}) {
  const api = useApi();
  const say = useWords(accountWords);
  const [code, setCode] = useState('');
  return (
    <Ask
      open={proof !== null}
      onClose={onClose}
      title={say('addToApp')}
      verb={say('confirm')}
      done={say('enabled')}
      ready={/^\d{6}$/.test(code)}
      send={async () => {
        await api.auth.verifyCode.call({ code });
        setCode('');
        onDone();
      }}
    >
      <p>{say('addToAppWhy')}</p>
      <p>
        <a href={proof?.totpUri}>{say('openInApp')}</a>
      </p>
      <div>
        <strong>{say('secret')}</strong>
        <Command text={secretOf(proof?.totpUri ?? '')} />
      </div>
      <PlainText
        name="code"
        label={say('code')}
        help={say('codeHelp')}
        inputMode="numeric"
        autoComplete="one-time-code"
        charactersMax={6}
        required
        value={code}
        onChange={setCode}
      />
    </Ask>
  );
}

function RecoveryCodes({
  codes,
  onClose,
}: {
  codes: readonly string[] | null;
  onClose: () => void;
}) {
  const say = useWords(accountWords);
  return (
    <Sheet
      open={codes !== null}
      onClose={onClose}
      from="centre"
      title={say('recovery')}
      foot={<CopyText text={codes?.join('\n') ?? ''} />}
    >
      <p>{say('recoveryWhy')}</p>
      <ul className="recovery-codes">
        {codes?.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Sheet>
  );
}
