import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatInstant } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { auditWords } from './audit-words.ts';
import './parties.css';
import { PartiesTabs } from './parties-tabs.tsx';
import { usePartyNames } from './party-name.tsx';
import { PartyPicker, type Picked } from './party-picker.tsx';
import { type Me, useMe } from './use-me.ts';
import { words } from './words.ts';

type Holding = Outputs['parties']['listRoles']['items'][number];
type Role = Holding['role'];

const apart = ['system_administrator', 'security_administrator', 'audit_administrator'] as const;
const others = ['operator', 'auditor', 'expert'] as const;
const shown = 100;

/** Who holds which role of the platform, since when and by whom. */
export function RolesPage() {
  const api = useApi();
  const say = useWords(auditWords);
  const parties = useWords(words);
  const query = useQuery(api.parties.listRoles.queryOptions({ input: { limit: shown } }));
  return (
    <>
      <PageHead
        name={say('rolesTitle')}
        parent={{ name: parties('title'), href: '/parties' }}
        why={say('rolesWhy')}
      />
      <PartiesTabs />
      <Loaded query={query} lines={6}>
        {({ items }) => (
          <div className="page-main">
            <RoleGroup title={say('three')} roles={apart} holdings={items} />
            <RoleGroup title={say('others')} roles={others} holdings={items} />
          </div>
        )}
      </Loaded>
    </>
  );
}

type Deed = { kind: 'appoint'; role: Role } | { kind: 'dismiss'; holding: Holding };

function RoleGroup({
  title,
  roles,
  holdings,
}: {
  title: string;
  roles: readonly Role[];
  holdings: readonly Holding[];
}) {
  const say = useWords(auditWords);
  const me = useMe();
  const [deed, setDeed] = useState<Deed | null>(null);
  return (
    <Section title={title}>
      <ul className="role-list">
        {roles.map((role) => {
          const holders = holdings.filter((holding) => holding.role === role);
          return (
            <li key={role}>
              <h3>{say(role)}</h3>
              <p className="party-quiet">{say(`${role}.why`)}</p>
              {holders.length === 0 && <p>{say('vacant')}</p>}
              {holders.map((holding) => (
                <Holder
                  key={holding.partyId}
                  holding={holding}
                  me={me}
                  onDismiss={() => setDeed({ kind: 'dismiss', holding })}
                />
              ))}
              {mayAppoint(me, holders.length) && (
                <Button onClick={() => setDeed({ kind: 'appoint', role })}>{say('appoint')}</Button>
              )}
            </li>
          );
        })}
      </ul>
      {deed?.kind === 'appoint' && <Appoint role={deed.role} onClose={() => setDeed(null)} />}
      {deed?.kind === 'dismiss' && <Dismiss holding={deed.holding} onClose={() => setDeed(null)} />}
    </Section>
  );
}

/** The operator appoints the first holder of a role, the security administrator all others. */
function mayAppoint(me: Me | null, holders: number): boolean {
  if (me === null) return false;
  if (me.roles.includes('security_administrator')) return true;
  return me.roles.includes('operator') && holders === 0;
}

function Holder({
  holding,
  me,
  onDismiss,
}: {
  holding: Holding;
  me: Me | null;
  onDismiss: () => void;
}) {
  const say = useWords(auditWords);
  const names = usePartyNames([holding.appointedBy]);
  const { partyId, name, appointedAt, appointedBy, reason } = holding;
  const may = me?.roles.includes('security_administrator') === true && partyId !== me.id;
  return (
    <div className="role-holder" title={reason}>
      <To href={`/parties/${partyId}`}>{name}</To>
      {may && (
        <Button kind="quiet" onClick={onDismiss}>
          {say('dismiss')}
        </Button>
      )}
      <small>{say('since', { at: formatInstant(appointedAt), by: names(appointedBy) })}</small>
    </div>
  );
}

function Appoint({ role, onClose }: { role: Role; onClose: () => void }) {
  const api = useApi();
  const say = useWords(auditWords);
  const queries = useQueryClient();
  const [picked, setPicked] = useState<Picked | null>(null);
  const [reason, setReason] = useState('');
  return (
    <Ask
      open
      onClose={onClose}
      title={say('appointTo', { role: say(role) })}
      verb={say('appoint')}
      done={say('appointDone')}
      ready={picked !== null && reason.trim() !== ''}
      send={async () => {
        if (picked === null) return;
        await api.parties.appointRole.call({ partyId: picked.id, role, reason });
        await queries.invalidateQueries({ queryKey: api.parties.key() });
      }}
    >
      <p>{say('vacantWhy')}</p>
      <PartyPicker label={say('appointWho')} kind="person" picked={picked} onPicked={setPicked} />
      <Reason value={reason} onChange={setReason} />
    </Ask>
  );
}

function Dismiss({ holding, onClose }: { holding: Holding; onClose: () => void }) {
  const api = useApi();
  const say = useWords(auditWords);
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const { partyId, role, name } = holding;
  return (
    <Ask
      open
      onClose={onClose}
      title={`${say('dismissFrom', { role: say(role) })} · ${name}`}
      verb={say('dismiss')}
      done={say('dismissDone')}
      danger
      ready={reason.trim() !== ''}
      send={async () => {
        await api.parties.dismissRole.call({ partyId, role, reason });
        await queries.invalidateQueries({ queryKey: api.parties.key() });
      }}
    >
      <p>{say('dismissWhy')}</p>
      <Reason value={reason} onChange={setReason} />
    </Ask>
  );
}

function Reason({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const say = useWords(auditWords);
  return (
    <PlainText
      name="reason"
      label={say('reason')}
      lines={2}
      required
      charactersMax={1000}
      value={value}
      onChange={onChange}
      {...(value.trim() === '' ? { problem: say('reasonMissing') } : {})}
    />
  );
}
