import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { thingWords } from '#web/city/thing-words.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Command } from '#web/ui/copy-text.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import type { ThingDetail } from './views.ts';

type Key = Outputs['city']['rotateThingKey'];

/** Asks before it gives the thing a new key, and shows that once. */
export function ThingKey({
  thing: { thingId },
  open,
  onClose,
}: {
  thing: ThingDetail;
  open: boolean;
  onClose: () => void;
}) {
  const api = useApi();
  const say = useWords(thingWords);
  const queries = useQueryClient();
  const [made, setMade] = useState<Key | null>(null);
  const forget = () => setMade(null);
  return (
    <>
      <Ask
        open={open}
        onClose={onClose}
        title={say('rotate')}
        verb={say('rotate')}
        done={say('rotated')}
        danger
        send={async () => {
          setMade(await api.city.rotateThingKey.call({ thingId }));
          await queries.invalidateQueries({ queryKey: api.city.getThing.key() });
        }}
      >
        <p>{say('rotateWhy')}</p>
      </Ask>
      <Sheet
        open={made !== null}
        onClose={forget}
        title={say('newKey')}
        from="centre"
        foot={<Button onClick={forget}>{say('close')}</Button>}
      >
        {made !== null && (
          <>
            <p>{say('newKeyWhy')}</p>
            <p>{say('username')}</p>
            <Command text={made.username} />
            <p>{say('newKey')}</p>
            <Command text={made.key} />
          </>
        )}
      </Sheet>
    </>
  );
}
