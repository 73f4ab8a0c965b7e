import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Command } from '#web/ui/copy-text.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import { noticeKinds } from './kinds.ts';
import { words } from './words.ts';

const urlForm = /^https?:\/\/\S+$/;

/** Creates a webhook and shows its secret once. */
export function CreateWebhook({ ownerId }: { ownerId: string }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [kinds, setKinds] = useState<readonly string[]>([]);
  const ready = name.trim() !== '' && urlForm.test(url.trim());
  const send = async () => {
    const input = { ownerId, name: name.trim(), url: url.trim(), kinds: [...kinds] };
    const created = await api.notices.createWebhook.call(input);
    setSecret(created.secret);
    setName('');
    setUrl('');
    setKinds([]);
    await queries.invalidateQueries({ queryKey: api.notices.listWebhooks.key() });
  };
  const close = () => setSecret(null);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {say('create')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('create')}
        verb={say('createDo')}
        ready={ready}
        send={send}
      >
        <PlainText
          name="name"
          label={say('name')}
          help={say('nameHelp')}
          required
          charactersMax={200}
          value={name}
          onChange={setName}
          problem={name.trim() === '' ? say('nameMissing') : undefined}
        />
        <PlainText
          name="url"
          type="url"
          label={say('url')}
          help={say('urlHelp')}
          required
          charactersMax={500}
          value={url}
          onChange={setUrl}
          problem={urlForm.test(url.trim()) ? undefined : say('urlWrong')}
        />
        <KindChoice chosen={kinds} onChange={setKinds} />
      </Ask>
      <Sheet
        open={secret !== null}
        onClose={close}
        title={say('secretTitle')}
        from="centre"
        foot={
          <Button kind="main" onClick={close}>
            {say('secretKept')}
          </Button>
        }
      >
        <div className="notices-secret">
          <p>{say('secretWhy')}</p>
          <Command text={secret ?? ''} />
        </div>
      </Sheet>
    </>
  );
}

type KindChoiceProps = { chosen: readonly string[]; onChange: (kinds: readonly string[]) => void };

function KindChoice({ chosen, onChange }: KindChoiceProps) {
  const say = useWords(words);
  return (
    <fieldset className="notices-kinds">
      <legend>
        {say('kinds')} <small>{say('kindsHelp')}</small>
      </legend>
      {noticeKinds.map((kind) => (
        <label key={kind} className="notices-tick">
          <input
            type="checkbox"
            checked={chosen.includes(kind)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, kind] : chosen.filter((one) => one !== kind))
            }
          />
          {say(kind)}
        </label>
      ))}
    </fieldset>
  );
}
