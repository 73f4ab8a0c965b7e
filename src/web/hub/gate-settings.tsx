import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice } from '#web/ui/plain-fields.tsx';
import { gateWords } from './gate-words.ts';
import type { Repository } from './repository-frame.tsx';

const gates = ['open', 'auto', 'manual'] as const;
const labels = { open: 'openToAll', auto: 'byItself', manual: 'byHand' } as const;

/** Whether the files are gated. */
export function GateSettings({ repository }: { repository: Repository }) {
  const api = useApi();
  const say = useWords(gateWords);
  const queries = useQueryClient();
  const present = repository.gated || 'open';
  const [asking, setAsking] = useState(false);
  const [chosen, setChosen] = useState<string>(present);
  const gate = gates.find((each) => each === chosen) ?? present;
  const wider = gates.indexOf(gate) < gates.indexOf(present);
  const { id: repositoryId } = repository;
  return (
    <Section title={say('setTitle')}>
      <div className="hub-publish-form">
        <PlainChoice
          name="gate"
          label={say('setTitle')}
          help={say(`${labels[gate]}Why`)}
          value={gate}
          onChange={setChosen}
          options={gates.map((value) => ({ value, label: say(labels[value]) }))}
        />
        {gate !== 'open' && <p className="hub-kept">{say('formWhy')}</p>}
        <Button disabled={gate === present} onClick={() => setAsking(true)}>
          {say('setDo')}
        </Button>
      </div>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={`${say('setDo')}: ${say(labels[gate])}`}
        verb={say('setDo')}
        danger={wider}
        done={say('setDone')}
        send={async () => {
          await api.hub.setGate.call({ repositoryId, gated: gate === 'open' ? false : gate });
          await queries.invalidateQueries({ queryKey: api.hub.key() });
        }}
      >
        <p>{say('setWhy')}</p>
        <p>{say(`${labels[gate]}Why`)}</p>
        {wider && <p>{say('setWider')}</p>}
      </Ask>
    </Section>
  );
}
