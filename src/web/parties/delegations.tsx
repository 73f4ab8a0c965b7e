import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { accountWords } from './account-words.ts';
import { PartyName } from './party-name.tsx';
import { PartyPicker, type Picked } from './party-picker.tsx';
import type { Me } from './use-me.ts';

type Delegation = Outputs['parties']['listDelegations']['items'][number];

const shown = 100;

/** What people hand over most; any other permission can be delegated through the API. */
const matters = [
  'hub.repository.create',
  'hub.repository.write',
  'scenarios.scenario.create',
  'scenarios.team.create',
  'scenarios.team.write',
  'compute.job.submit',
] as const;
const isMatter = (name: string): name is (typeof matters)[number] =>
  matters.some((matter) => matter === name);

/** Who acts for me or mine, and for whom I act. */
export function Delegations({ me }: { me: Me }) {
  const api = useApi();
  const say = useWords(accountWords);
  const query = useQuery(api.parties.listDelegations.queryOptions({ input: { limit: shown } }));
  const [ending, setEnding] = useState<Delegation | null>(null);
  const mine = partiesOf(me).map(({ id }) => id);
  const matter = (name: string) => (isMatter(name) ? say(`matter.${name}`) : name);
  return (
    <Section title={say('delegations')} action={<CreateDelegation me={me} />}>
      <p className="party-quiet">{say('delegationsWhy')}</p>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{say('delegationsNone')}</p>
          ) : (
            <PlainTable
              name={say('delegations')}
              rows={items}
              rowKey={({ id }) => id}
              columns={[
                { key: 'to', title: say('to'), cell: ({ toId }) => <PartyName id={toId} /> },
                {
                  key: 'from',
                  title: say('from'),
                  cell: ({ fromId }) => <PartyName id={fromId} />,
                },
                {
                  key: 'matters',
                  title: say('matters'),
                  cell: ({ permissions }) => permissions.map(matter).join(' '),
                },
                {
                  key: 'ends',
                  title: say('ends'),
                  cell: ({ expiresAt }) => <When at={expiresAt} />,
                },
                {
                  key: 'end',
                  title: say('endNow'),
                  cell: (row) =>
                    inForce(row) && mine.includes(row.fromId) ? (
                      <Button kind="quiet" onClick={() => setEnding(row)}>
                        {say('endNow')}
                      </Button>
                    ) : (
                      <StateTag
                        state={inForce(row) ? 'running' : 'expired'}
                        label={say(inForce(row) ? 'inForce' : 'over')}
                      />
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <EndDelegation delegation={ending} onClose={() => setEnding(null)} />
    </Section>
  );
}

const inForce = ({ endedAt, expiresAt }: Delegation): boolean =>
  endedAt === null && Date.parse(expiresAt) > Date.now();

/** For whom I may delegate: myself, and the organisations that I administer. */
function partiesOf(me: Me): { id: string; name: string }[] {
  return [
    { id: me.id, name: me.name },
    ...me.memberships
      .filter(({ role }) => role === 'administrator')
      .map(({ organisationId, organisationName }) => ({
        id: organisationId,
        name: organisationName,
      })),
  ];
}

function EndDelegation({
  delegation,
  onClose,
}: {
  delegation: Delegation | null;
  onClose: () => void;
}) {
  const api = useApi();
  const say = useWords(accountWords);
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  return (
    <Ask
      open={delegation !== null}
      onClose={onClose}
      title={say('endNow')}
      verb={say('endNow')}
      done={say('endDone')}
      danger
      ready={reason.trim() !== ''}
      send={async () => {
        if (delegation === null) return;
        const { id: delegationId, fromId } = delegation;
        await api.parties.endDelegation.call({ fromId, delegationId, reason });
        setReason('');
        await queries.invalidateQueries({ queryKey: api.parties.listDelegations.key() });
      }}
    >
      <p>{say('endWhy')}</p>
      <PlainText
        name="reason"
        label={say('reason')}
        lines={2}
        required
        value={reason}
        onChange={setReason}
        {...(reason.trim() === '' ? { problem: say('reasonMissing') } : {})}
      />
    </Ask>
  );
}

function CreateDelegation({ me }: { me: Me }) {
  const api = useApi();
  const say = useWords(accountWords);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [fromId, setFromId] = useState(me.id);
  const [to, setTo] = useState<Picked | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [day, setDay] = useState('');
  const [reason, setReason] = useState('');
  const ready = to !== null && chosen.length > 0 && day !== '' && reason.trim() !== '';
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {say('delegate')}
      </Button>
      <Ask
        open={open}
        onClose={() => setOpen(false)}
        title={say('delegate')}
        verb={say('delegate')}
        done={say('delegateDone')}
        ready={ready}
        send={async () => {
          await api.parties.createDelegation.call({
            fromId,
            toId: to?.id ?? '',
            permissions: [...chosen],
            expiresAt: new Date(`${day}T23:59:59`).toISOString(),
            reason,
          });
          await queries.invalidateQueries({ queryKey: api.parties.listDelegations.key() });
        }}
      >
        <PlainChoice
          name="from"
          label={say('from')}
          value={fromId}
          onChange={setFromId}
          options={partiesOf(me).map(({ id, name }) => ({ value: id, label: name }))}
        />
        <PartyPicker label={say('to')} picked={to} onPicked={setTo} />
        <Matters chosen={chosen} onChosen={setChosen} />
        <PlainText
          name="day"
          label={say('ends')}
          help={say('endsHelp')}
          type="date"
          required
          value={day}
          onChange={setDay}
          {...(day === '' ? { problem: say('endsMissing') } : {})}
        />
        <PlainText
          name="reason"
          label={say('reason')}
          lines={2}
          required
          value={reason}
          onChange={setReason}
          {...(reason.trim() === '' ? { problem: say('reasonMissing') } : {})}
        />
      </Ask>
    </>
  );
}

function Matters({
  chosen,
  onChosen,
}: {
  chosen: readonly string[];
  onChosen: (chosen: readonly string[]) => void;
}) {
  const say = useWords(accountWords);
  return (
    <fieldset className="matters">
      <legend>{say('matters')}</legend>
      {matters.map((name) => (
        <label key={name} className="party-check">
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            onChange={(event) =>
              onChosen(
                event.target.checked ? [...chosen, name] : chosen.filter((other) => other !== name),
              )
            }
          />
          {say(`matter.${name}`)}
        </label>
      ))}
    </fieldset>
  );
}
