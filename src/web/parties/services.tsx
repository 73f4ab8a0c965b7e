import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { words } from './words.ts';

const shown = 100;
const kinds = ['service', 'device'] as const;

/** Identities of an organisation's programs and devices. */
export function Services({
  organisationId,
  administers,
}: {
  organisationId: string;
  administers: boolean;
}) {
  const api = useApi();
  const say = useWords(words);
  const query = useQuery(
    api.parties.listMembers.queryOptions({ input: { organisationId, limit: shown } }),
  );
  return (
    <Section
      title={say('services')}
      {...(administers ? { action: <CreateService organisationId={organisationId} /> } : {})}
    >
      <p className="party-quiet">{say('servicesWhy')}</p>
      <Loaded query={query}>
        {({ items }) => {
          const services = items.filter(({ kind }) => kind !== 'person');
          if (services.length === 0) return <p>{say('servicesNone')}</p>;
          return (
            <ul className="side-list">
              {services.map(({ partyId, name, kind }) => (
                <li key={partyId}>
                  <To href={`/parties/${partyId}`}>{name}</To>
                  <span className="side-note">
                    {kind === 'service' || kind === 'device' ? say(kind) : ''}
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Section>
  );
}

function CreateService({ organisationId }: { organisationId: string }) {
  const api = useApi();
  const say = useWords(words);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<(typeof kinds)[number]>('service');
  const [name, setName] = useState('');
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {say('createService')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('createService')}
        verb={say('createDo')}
        done={say('serviceDone')}
        ready={name.trim() !== ''}
        send={async () => {
          await api.parties.createService.call({ organisationId, kind, name });
          setName('');
          await queries.invalidateQueries({ queryKey: api.parties.key() });
        }}
      >
        <PlainChoice
          name="kind"
          label={say('serviceKind')}
          value={kind}
          onChange={(value) => setKind(kinds.find((each) => each === value) ?? 'service')}
          options={kinds.map((value) => ({ value, label: say(value) }))}
        />
        <PlainText
          name="name"
          label={say('name')}
          required
          charactersMax={200}
          value={name}
          onChange={setName}
        />
      </Ask>
    </>
  );
}
